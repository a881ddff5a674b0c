//! The connection to Microsoft 365, and how to revoke it.

use domain::{Act, delegation::LinkFacts, workspace::Me};
use leptos::prelude::*;

use super::{removal::Removal, text};
use crate::ui::{components::when::Day, console::Console};

/// Tenant, domain, approval; how to revoke it.
#[component]
pub(super) fn Connection(facts: Option<LinkFacts>) -> impl IntoView {
    let console = Console::here();
    let fact = |label: &'static str, value: AnyView| view! { <div><dt>{label}</dt><dd>{value}</dd></div> };
    let code = |value: String| view! { <code>{value}</code> }.into_any();
    let about = move || {
        let delegation = console.delegation.get().filter(|d| d.tid.is_some())?;
        let state = delegation.state.label();
        let title = delegation.title().to_owned();
        Some(view! {
            {fact(text::ORGANISATION, title.into_any())}
            {fact(text::STATE, state.into_any())}
            {delegation.domain.map(|domain| fact(text::DOMAIN, domain.into_any()))}
            {delegation.admin_email.map(|email| fact(text::ADMIN_EMAIL, email.into_any()))}
            {delegation.tid.map(|tid| fact(text::TENANT_ID, code(tid)))}
        })
    };
    let linked = Memo::new(move |_| console.delegation.read().as_ref().is_some_and(|d| d.tid.is_some()));
    let present = Memo::new(move |_| console.delegation.read().is_some());
    let may_remove = |me: &Me| me.role.may(Act::RemoveDelegation);
    let owner = Memo::new(move |_| console.me.read().as_ref().is_some_and(may_remove));
    let more = facts.map(|facts| {
        view! {
            {facts.approved_at.map(|at| fact(text::APPROVED_ON, view! { <Day at=at/> }.into_any()))}
            {facts.approved_by.map(|who| fact(text::APPROVED_BY, who.into_any()))}
            {facts.service_principal.map(|id| fact(text::OBJECT_ID, code(id)))}
        }
    });
    view! {
        <section class="card" aria-labelledby="connection-title">
            <h2 id="connection-title" class="card-title">{text::CONNECTION}</h2>
            <p class="card-empty" hidden=move || linked.get()>
                {text::NOT_CONNECTED} <a href="/setup">{text::START_SETUP}</a>
            </p>
            <dl class="facts" hidden=move || !linked.get()>{about} {more}</dl>
            <h3 class="settings-sub">{text::STOP}</h3>
            <ul class="settings-list">
                <li>
                    <b>{text::FOR_SOME}</b>
                    {text::FOR_SOME_HOW}<a href="/mailboxes">{text::MAILBOXES}</a>{text::FOR_SOME_THEN}
                </li>
                <li>
                    <b>{text::FOR_ALL}</b>
                    {text::FOR_ALL_HOW}
                </li>
                <li>
                    <b>{text::FOR_A_WHILE}</b>
                    {text::FOR_A_WHILE_HOW}
                </li>
                <li hidden=move || !present.get()>
                    <b>{text::TAKE_AWAY}</b>
                    {text::TAKE_AWAY_HOW}
                </li>
            </ul>
            {move || (present.get() && owner.get()).then(|| view! { <Removal/> })}
        </section>
    }
}
