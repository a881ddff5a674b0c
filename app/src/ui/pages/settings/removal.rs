//! Removing an organisation, after a dialog that states the consequences.

use domain::{AppError, delegation::DelegationView};
use leptos::{prelude::*, task::spawn_local};

use super::text;
use crate::{
    api::{flat, setup::remove_delegation},
    ui::{
        browser,
        components::{
            button::{Button, Variant},
            dialog::Dialog,
            notice::Refusal,
            typed_name::{TypedName, is_typed},
        },
        console::Console,
    },
};

/// *Remove…* and its dialog, for owners.
#[component]
pub(super) fn Removal() -> impl IntoView {
    let console = Console::here();
    let (open, busy, error) = (RwSignal::new(false), RwSignal::new(false), RwSignal::new(None::<AppError>));
    let (name, typed) = (console.organisation(), RwSignal::new(String::new()));
    let connected = move || console.counts.read().in_use();
    let confirm = move |()| {
        let Some(DelegationView { id, .. }) = console.delegation.get_untracked() else { return };
        busy.set(true);
        spawn_local(async move {
            match flat(remove_delegation(id).await) {
                Ok(_) => browser::go("/"),
                Err(refusal) => {
                    console.notice(&refusal);
                    error.set(Some(refusal));
                    busy.set(false);
                }
            }
        });
    };
    let ask = move |()| {
        error.set(None);
        typed.set(String::new());
        open.set(true);
    };
    view! {
        <Button label=text::REMOVE_ASK variant=Variant::Danger on_press=ask/>
        <Dialog open=open id="removal-title" title=Signal::derive(move || text::removal_title(&name.read()))>
            <div class="dialog-body">
                <ul class="settings-list">
                    <li>{move || text::removal_mailboxes(connected())}</li>
                    <li>{text::REMOVAL_RUNS}</li>
                    <li>{text::REMOVAL_DIRECTORY}</li>
                    <li>{text::REMOVAL_MICROSOFT}</li>
                </ul>
                <p>{text::REMOVAL_BACK}</p>
                <TypedName id="removal-name" name=name typed=typed/>
                {move || error.get().map(|error| view! { <Refusal error=error/> })}
                <div class="dialog-actions">
                    <Button label=text::KEEP variant=Variant::Quiet on_press=move |()| open.set(false)/>
                    <Button
                        label=text::REMOVE
                        variant=Variant::Danger
                        busy=busy
                        disabled=Signal::derive(move || !is_typed(&typed.read(), &name.read()))
                        on_press=confirm
                    />
                </div>
            </div>
        </Dialog>
    }
}
