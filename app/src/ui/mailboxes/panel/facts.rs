//! What is known of a mailbox.

use leptos::prelude::*;

use crate::ui::{
    components::when::{Ago, Moment},
    console::Console,
};

/// The facts as pairs.
#[component]
pub(crate) fn Facts(licensed: bool, on_premises: bool) -> impl IntoView {
    let shown = Console::here().shown;
    let who = Memo::new(move |_| {
        let shown = shown.read();
        shown.as_ref().map(|row| (row.address.clone(), row.department.clone(), row.kind.label()))
    });
    let times = Memo::new(move |_| shown.read().as_ref().map(|row| (row.connected_at, row.checked_at)));
    let fact = |label: &'static str, value: AnyView| view! { <div><dt>{label}</dt><dd>{value}</dd></div> };
    view! {
        <section class="panel-part" aria-labelledby="panel-facts">
            <h3 id="panel-facts">"Details"</h3>
            <dl class="facts">
                {move || who.get().map(|(address, department, kind)| view! {
                    {fact("Address", address.into_any())}
                    {fact("Department", department.unwrap_or_else(|| "Not set".to_owned()).into_any())}
                    {fact("Kind", kind.into_any())}
                })}
                {fact("Exchange licence", if licensed { "Yes" } else { "No" }.into_any())}
                {fact("Mailbox is in", if on_premises { "Your own Exchange server" } else { "Exchange Online" }.into_any())}
                {move || times.get().map(|(connected, checked)| view! {
                    {connected.map(|at| fact("Connected since", view! { <Moment at=at/> }.into_any()))}
                    {fact("Last checked", checked.map_or_else(|| "Never".into_any(), |at| view! { <Ago at=at/> }.into_any()))}
                })}
            </dl>
        </section>
    }
}
