//! Toasts: short messages at the page's edge. Success messages disappear after 8 s; problems stay.

use std::time::Duration;

use leptos::prelude::*;

use super::text;
use crate::ui::{
    browser,
    components::icon::Icon,
    console::{Console, Toast},
};

/// The time for which a success message stays, unless the pointer or the focus is on it.
const STAY: Duration = Duration::from_secs(8);

/// The region of toasts.
#[component]
pub(crate) fn Toasts() -> impl IntoView {
    let console = Console::here();
    view! {
        <section class="toasts" aria-label=text::MESSAGES aria-live="polite">
            <For each=move || console.toasts.get() key=|toast| toast.id let:toast>
                <OneToast toast=toast/>
            </For>
        </section>
    }
}

#[component]
fn OneToast(toast: Toast) -> impl IntoView {
    let console = Console::here();
    let id = toast.id;
    let dismiss = move || {
        console.dismiss(id);
        browser::regain_focus();
    };
    let held = StoredValue::new(false);
    if !toast.stays {
        dismiss_later(console, id, held);
    }
    let name = if toast.stays { "bad" } else { "good" };
    let icon = if toast.stays { "alert" } else { "check" };
    view! {
        <div
            class="toast"
            data-tone=name
            on:pointerenter=move |_| held.set_value(true)
            on:pointerleave=move |_| held.set_value(false)
            on:focusin=move |_| held.set_value(true)
            on:focusout=move |_| held.set_value(false)
        >
            <Icon name=icon/>
            <p>{toast.text}</p>
            {toast.link.map(|link| view! {
                <a class="toast-link" href=link.href on:click=move |_| console.dismiss(id)>{link.label}</a>
            })}
            {toast.act.map(|act| {
                let press = move |_| {
                    (act.run)();
                    dismiss();
                };
                view! { <button type="button" class="button button-small" on:click=press>{act.label}</button> }
            })}
            <button type="button" class="button-icon" aria-label=text::DISMISS on:click=move |_| dismiss()>
                <Icon name="cross"/>
            </button>
        </div>
    }
}

/// Dismisses a toast after [`STAY`]; waits again while the pointer or the focus is on it.
fn dismiss_later(console: Console, id: u32, held: StoredValue<bool>) {
    set_timeout(
        move || match held.try_get_value() {
            Some(true) => dismiss_later(console, id, held),
            Some(false) => console.dismiss(id),
            None => {}
        },
        STAY,
    );
}
