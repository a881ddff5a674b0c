//! The facts about a mailbox.

use domain::evidence::Evidence;
use leptos::prelude::*;

use super::text;
use crate::ui::{
    components::when::{Ago, Moment},
    console::Console,
};

/// The facts as pairs.
#[component]
pub(crate) fn Facts(licensed: bool, on_premises: bool, evidence: Option<Evidence>) -> impl IntoView {
    let shown = Console::here().shown;
    let who = Memo::new(move |_| {
        let shown = shown.read();
        shown.as_ref().map(|row| (row.address.clone(), row.department.clone(), row.kind.label()))
    });
    // Of the state that the panel was opened with: a mailbox that works now has none.
    let has_reason = Memo::new(move |_| shown.read().as_ref().is_some_and(|row| row.reason.is_some()));
    let times = Memo::new(move |_| shown.read().as_ref().map(|row| (row.connected_at, row.checked_at)));
    let fact = |label: &'static str, value: AnyView| view! { <div><dt>{label}</dt><dd>{value}</dd></div> };
    view! {
        <section class="panel-part" aria-labelledby="panel-facts">
            <h3 id="panel-facts">{text::DETAILS}</h3>
            <dl class="facts">
                {move || who.get().map(|(address, department, kind)| view! {
                    {fact(text::ADDRESS, address.into_any())}
                    {fact(text::DEPARTMENT, department.unwrap_or_else(|| text::NOT_SET.to_owned()).into_any())}
                    {fact(text::KIND, kind.into_any())}
                })}
                {fact(text::LICENCE, if licensed { text::YES } else { text::NO }.into_any())}
                {fact(text::PLACE, if on_premises { text::ON_PREMISES } else { text::ONLINE }.into_any())}
                {move || times.get().map(|(connected, checked)| view! {
                    {connected.map(|at| fact(text::CONNECTED_SINCE, view! { <Moment at=at/> }.into_any()))}
                    {fact(text::LAST_CHECKED, checked.map_or_else(|| text::NEVER.into_any(), |at| view! { <Ago at=at/> }.into_any()))}
                })}
                {move || evidence.as_ref().filter(|_| has_reason.get()).map(|evidence| {
                    let value = view! { <code translate="no">{evidence.to_string()}</code> };
                    fact(text::EVIDENCE, value.into_any())
                })}
            </dl>
        </section>
    }
}
