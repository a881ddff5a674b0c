//! Toasts: short messages at the page's edge. Good news leaves by itself; trouble stays.

use std::time::Duration;

use leptos::prelude::*;

use super::text;
use crate::ui::{
    browser,
    components::icon::Icon,
    console::{Console, Toast},
};

/// How long good news stays, unless it is pointed at.
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
        leave(console, id, held);
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

/// Dismisses after a while; later when the pointer or the keyboard is on it just then.
fn leave(console: Console, id: u32, held: StoredValue<bool>) {
    set_timeout(
        move || match held.try_get_value() {
            Some(true) => leave(console, id, held),
            Some(false) => console.dismiss(id),
            None => {}
        },
        STAY,
    );
}
