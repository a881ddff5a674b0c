//! The addresses that receive alerts by e-mail.

use domain::{
    AppError,
    alerts::{AlertAddress, Alerts as AlertsView, Confirmation},
};
use leptos::prelude::*;

use super::{acting::EditableList, text};
use crate::{
    api::{
        alerts::{add_alert_address, load_alerts, remove_alert_address},
        flat,
    },
    ui::{
        components::{
            button::{Button, Variant},
            field::Field,
            notice::Refusal,
            when::Day,
        },
        console::Console,
        drafts::draft,
        read_only::is_read_only,
    },
};

/// The addresses, and the form to add one.
#[component]
pub(super) fn Alerts(alerts: AlertsView) -> impl IntoView {
    let can_send = alerts.can_send;
    let may = !is_read_only(Console::here());
    let alerts = RwSignal::new(alerts);
    let acting = EditableList::new(move || async move { flat(load_alerts().await) }, alerts);
    let address = draft("alert-address");
    let about_address = move |error: &AppError| error.field() == Some("address");
    let submit = move |ev: leptos::ev::SubmitEvent| {
        ev.prevent_default();
        let typed = address.get_untracked();
        acting.run(move || async move {
            flat(add_alert_address(typed).await)?;
            address.set(String::new());
            Ok::<_, AppError>(())
        });
    };
    view! {
        <section class="card" aria-labelledby="alerts-title">
            <h2 id="alerts-title" class="card-title">{text::ALERTS}</h2>
            <p class="card-fine">{if can_send { text::ALERTS_TEXT } else { text::NO_MAIL }}</p>
            <p class="card-empty" hidden=move || !can_send || !alerts.read().addresses.is_empty()>{text::NO_ALERTS}</p>
            <ul class="settings-people">
                {move || alerts.get().addresses.into_iter().map(|address| view! {
                    <Address address=address acting=acting/>
                }).collect_view()}
            </ul>
            {move || acting.error.get().filter(|error| !about_address(error)).map(|error| view! { <Refusal error=error/> })}
            {(can_send && may).then(|| view! {
                <form class="settings-form" novalidate on:submit=submit>
                    <Field id="alert-address" label=text::ALERT_ADDRESS hint=text::ALERT_HINT value=address
                        problem=acting.problem("address") kind="email"/>
                    <Button label=text::ADD_ADDRESS busy=acting.busy/>
                </form>
            })}
        </section>
    }
}

#[component]
fn Address(address: AlertAddress, acting: EditableList<AlertsView>) -> impl IntoView {
    let id = address.id;
    let label = text::remove_address(&address.address);
    view! {
        <li>
            <p class="person">
                <b>{address.address}</b>
                <small>
                    {text::ADDED_BY} " " {address.added_by} {text::ON} <Day at=address.added_at/>
                </small>
                {match address.confirmation {
                    Confirmation::Confirmed => None,
                    Confirmation::Asked => Some(view! { <small role="status">{text::ASKED}</small> }.into_any()),
                    Confirmation::AskedAt(at) => {
                        Some(view! { <small role="status">{text::ASKED_AT} " " <Day at=at/></small> }.into_any())
                    }
                }}
                {address.problem.map(|answer| view! { <small role="status">{text::not_arriving(&answer)}</small> })}
            </p>
            <div class="person-acts">
                <Button label=label variant=Variant::Danger busy=acting.busy changes=true on_press=move |()| {
                    acting.run(move || async move { flat(remove_alert_address(id).await) });
                }/>
            </div>
        </li>
    }
}
