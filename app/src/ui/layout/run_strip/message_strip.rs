//! The last result or refusal. A result disappears after 8 s, a refusal after a minute, neither while it is in use.

use std::time::Duration;

use leptos::prelude::*;

use crate::ui::{
    browser,
    components::icon::Icon,
    console::{Console, Message},
    layout::text,
};

/// The time for which a result is shown.
const RESULT: Duration = Duration::from_secs(8);
/// The same for a refusal, which takes longer to read and to follow.
const REFUSAL: Duration = Duration::from_secs(60);

/// The line of a message, with its link or its action.
#[component]
pub(crate) fn MessageStrip(message: Message) -> impl IntoView {
    let console = Console::here();
    let Message { id, text: words, link, act, problem } = message;
    let dismiss = move || {
        console.dismiss(id);
        browser::regain_focus();
    };
    let held = StoredValue::new(false);
    dismiss_later(console, id, held, if problem { REFUSAL } else { RESULT });
    let (tone, icon) = if problem { ("bad", "alert") } else { ("good", "check") };
    view! {
        <div
            class="strip strip-undo toast"
            data-tone=tone
            on:pointerenter=move |_| held.set_value(true)
            on:pointerleave=move |_| held.set_value(false)
            on:focusin=move |_| held.set_value(true)
            on:focusout=move |_| held.set_value(false)
        >
            <Icon name=icon/>
            <p class="strip-text">{words}</p>
            <div class="strip-actions">
                {link.map(|link| view! {
                    <a class="button" href=link.href on:click=move |_| console.dismiss(id)>{link.label}</a>
                })}
                {act.map(|act| {
                    let press = move |_| {
                        (act.run)();
                        dismiss();
                    };
                    view! { <button type="button" class="button" on:click=press>{act.label}</button> }
                })}
                <button type="button" class="button-icon" aria-label=text::DISMISS on:click=move |_| dismiss()>
                    <Icon name="cross"/>
                </button>
            </div>
        </div>
    }
}

/// Dismisses a message after a time; waits again while the pointer or the focus is on it.
fn dismiss_later(console: Console, id: u32, held: StoredValue<bool>, after: Duration) {
    set_timeout(
        move || match held.try_get_value() {
            Some(true) => dismiss_later(console, id, held, after),
            Some(false) => console.dismiss(id),
            None => {}
        },
        after,
    );
}
