//! *Limit Warmy to some mailboxes*: commands with this organisation's ids filled in.

use domain::{
    limiting::{Ids, entra_script, exchange_script},
    workspace::SetupFacts,
};
use leptos::prelude::*;

use crate::{
    api::{flat, setup::read_setup_facts},
    ui::{
        components::copy_field::CopyField,
        console::Console,
        page::{Load, load, with_data},
    },
};

/// The advisor, folded up: few need it, and those who do look for it.
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
                        <summary><h2 id="limit-title" class="card-title">"Limit Warmy to some mailboxes"</h2></summary>
                        <p>
                            "Your approval in Microsoft Entra covers every mailbox. An Exchange administrator can give Warmy its mail permissions for one group only; mailboxes outside it then show as “Outside the mailboxes Warmy may use”."
                        </p>
                        <CopyField
                            id="limit-exchange"
                            label="1. In Exchange Online PowerShell: the group and Warmy’s roles in it"
                            value=exchange_script(ids)
                            long=true
                        />
                        <CopyField
                            id="limit-entra"
                            label="2. In Microsoft Graph PowerShell: take back the approval for all mailboxes"
                            value=entra_script(ids)
                            long=true
                        />
                        <p class="card-fine">
                            "In this order: the two add up, so the limit holds after the second. Microsoft takes from 30 minutes to two hours to apply it. Then press Check now on the Mailboxes page. Approving Warmy again gives it every mailbox again."
                        </p>
                    </details>
                </section>
            }
        })
    }
}
