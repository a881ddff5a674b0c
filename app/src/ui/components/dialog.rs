//! Dialogs on the native element: focus stays inside, Esc closes, the page behind is inert.

use leptos::{html, prelude::*};

use super::text;
use crate::ui::{browser, components::icon::Icon};

/// A modal dialog. What is typed in it belongs to whoever opened it, so closing loses nothing.
#[component]
pub(crate) fn Dialog(
    /// Opens and closes it.
    open: RwSignal<bool>,
    /// The id of its heading.
    id: &'static str,
    #[prop(into)] title: Signal<String>,
    children: ChildrenFn,
) -> impl IntoView {
    let node = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| {
        let wanted = open.get();
        let Some(dialog) = node.get() else { return };
        if wanted && !dialog.open() {
            _ = dialog.show_modal();
        } else if !wanted && dialog.open() {
            dialog.close();
        }
    });
    // The browser says so a little later: the dialog may have been opened again.
    let closed = move |_| {
        if node.get_untracked().is_none_or(|dialog| !dialog.open()) {
            open.set(false);
            // It gives the keyboard back to what opened it, which may have gone meanwhile.
            browser::regain_focus();
        }
    };
    view! {
        <dialog class="dialog" node_ref=node aria-labelledby=id on:close=closed>
            <div class="dialog-head">
                <h2 id=id>{move || title.get()}</h2>
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
