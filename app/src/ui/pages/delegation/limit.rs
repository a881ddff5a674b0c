//! *Limit Warmy to some mailboxes*: commands with this organisation's ids filled in.

use domain::{
    limiting::{Ids, entra_script, exchange_script},
    workspace::SetupFacts,
};
use leptos::prelude::*;

use super::text;
use crate::{
    api::{flat, setup::read_setup_facts},
    ui::{
        components::copy_field::CopyField,
        console::Console,
        page::{Load, load, with_data},
    },
};

/// The instructions, collapsed: few administrators need them.
#[component]
pub(super) fn Limit() -> impl IntoView {
    let facts: Load<SetupFacts> = load(|| (), |()| async { flat(read_setup_facts().await) });
    with_data(facts, |facts| view! { <Advice app=facts.client_id/> }.into_any())
}

#[component]
fn Advice(app: String) -> impl IntoView {
    let console = Console::here();
    let principal = Memo::new(move |_| {
        console
            .delegation
            .read()
            .as_ref()
            .filter(|d| d.state.is_linked())
            .map(|d| d.service_principal.clone())
    });
    move || {
        principal.get().map(|principal| {
            let ids = Ids { app: &app, service_principal: principal.as_deref() };
            view! {
                <section class="card" aria-labelledby="limit-title">
                    <details class="fold">
                        <summary><h2 id="limit-title" class="card-title">{text::LIMIT}</h2></summary>
                        <p>
                            {text::LIMIT_TEXT}
                        </p>
                        <CopyField
                            id="limit-exchange"
                            label=text::LIMIT_EXCHANGE
                            value=exchange_script(ids)
                            long=true
                        />
                        <CopyField
                            id="limit-entra"
                            label=text::LIMIT_ENTRA
                            value=entra_script(ids)
                            long=true
                        />
                        <p class="card-fine">
                            {text::LIMIT_ORDER}
                        </p>
                    </details>
                </section>
            }
        })
    }
}
