//! Dialogs on the native element: focus stays inside, Esc and *Back* close, the page behind is inert.

use leptos::{html, prelude::*};

use super::text;
use crate::ui::{back_button, browser, components::icon::Icon};

/// A modal dialog. The component that opens it owns its input, so closing loses nothing.
#[component]
pub(crate) fn Dialog(
    /// Opens and closes it.
    open: RwSignal<bool>,
    /// The id of its heading.
    id: &'static str,
    #[prop(into)] title: Signal<String>,
    /// The field that gets the focus, as a selector; without one the heading does.
    #[prop(optional)]
    first: Option<&'static str>,
    children: ChildrenFn,
) -> impl IntoView {
    let node = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| {
        let wanted = open.get();
        let Some(dialog) = node.get() else { return };
        if wanted && !dialog.open() {
            _ = dialog.show_modal();
            back_button::opened(open);
            let first = first.map_or_else(|| format!("#{id}"), str::to_owned);
            browser::soon(move || browser::focus(&first));
        } else if !wanted {
            back_button::closed(open);
            if dialog.open() {
                dialog.close();
            }
        }
    });
    on_cleanup(move || back_button::closed(open));
    // The `close` event arrives later: the dialog may have been opened again.
    let closed = move |_| {
        if node.get_untracked().is_none_or(|dialog| !dialog.open()) {
            open.set(false);
            // The browser returns the focus to the opening element, which may have been removed meanwhile.
            browser::regain_focus();
        }
    };
    view! {
        <dialog class="dialog" node_ref=node aria-labelledby=id on:close=closed>
            <div class="dialog-head">
                <h2 id=id tabindex="-1">{move || title.get()}</h2>
                <button type="button" class="button-icon" aria-label=text::CLOSE on:click=move |_| open.set(false)>
                    <Icon name="cross"/>
                </button>
            </div>
            <Show when=move || open.get()>
                {children()}
            </Show>
        </dialog>
    }
}
