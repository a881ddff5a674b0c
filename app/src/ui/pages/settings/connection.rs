//! What the console is connected to, and how to take that back.

use domain::delegation::LinkFacts;
use leptos::prelude::*;

use crate::ui::{components::when::Day, console::Console};

/// Tenant, domain, since when; how to revoke it.
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
            {fact("Organisation", title.into_any())}
            {fact("State", state.into_any())}
            {delegation.domain.map(|domain| fact("Domain", domain.into_any()))}
            {delegation.admin_email.map(|email| fact("Admin email", email.into_any()))}
            {delegation.tid.map(|tid| fact("Tenant ID", code(tid)))}
        })
    };
    let linked = Memo::new(move |_| console.delegation.read().as_ref().is_some_and(|d| d.tid.is_some()));
    let more = facts.map(|facts| {
        view! {
            {facts.approved_at.map(|at| fact("Approved on", view! { <Day at=at/> }.into_any()))}
            {facts.approved_by.map(|who| fact("Approved by", who.into_any()))}
            {facts.service_principal.map(|id| fact("Warmy in your Entra (object ID)", code(id)))}
        }
    });
    view! {
        <section class="card" aria-labelledby="connection-title">
            <h2 id="connection-title" class="card-title">"Connection to Microsoft 365"</h2>
            <p class="card-empty" hidden=move || linked.get()>
                "No organisation is connected yet. " <a href="/setup">"Start setup"</a>
            </p>
            <dl class="facts" hidden=move || !linked.get()>{about} {more}</dl>
            <h3 class="settings-sub">"Stop Warmy’s access"</h3>
            <ul class="settings-list">
                <li>
                    <b>"For some mailboxes: "</b>
                    "disconnect or exclude them on the "<a href="/mailboxes">"Mailboxes"</a>" page. Their slots become free; their mail stays as it is."
                </li>
                <li>
                    <b>"For the whole organisation: "</b>
                    "Microsoft Entra admin centre › Enterprise applications › Warmy › Properties › Delete. Access ends at once, without our help. The console notices, says so and keeps your list."
                </li>
                <li>
                    <b>"For a while: "</b>
                    "the same page, “Enabled for users to sign in” › No. Set it back to Yes and everything continues."
                </li>
            </ul>
        </section>
    }
}
