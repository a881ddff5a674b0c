//! An exclusion that can be undone.

use leptos::prelude::*;

use crate::ui::{
    components::{button::Button, icon::Icon},
    console::{Console, UndoableExclusion},
    layout::text,
    words,
};

/// "Excluded 12 mailboxes", with Undo.
#[component]
pub(crate) fn UndoStrip(kept: UndoableExclusion) -> impl IntoView {
    let console = Console::here();
    let UndoableExclusion { id, count, until, .. } = kept;
    view! {
        <div class="strip strip-undo">
            <Icon name="ban"/>
            <div class="strip-text">
                <p class="strip-title">{text::excluded(count)}</p>
                <p class="strip-fine">{move || words::undo_within(until, console.now.get())}</p>
            </div>
            <div class="strip-actions">
                <Button label=text::UNDO icon="undo" changes=true on_press=move |()| console.undo_exclusion(id)/>
            </div>
        </div>
    }
}
