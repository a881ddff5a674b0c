//! Which columns the table has and how high its rows are. Remembered per browser in a cookie, which the server writes
//! into `<html>` so that the first paint is right; styles do the rest.

use leptos::prelude::*;

use super::text;
use crate::ui::{
    browser,
    components::menu::{Menu, MenuItem},
    mailboxes::{list::ListState, look::TableLook},
};

/// *View*: columns and density.
#[component]
pub(crate) fn ViewMenu() -> impl IntoView {
    let list = ListState::here();
    let look = RwSignal::new(TableLook::default());
    // The menu is closed in the first render: what it shows may be looked up after it.
    Effect::new(move |_| look.set(TableLook::of_words(&browser::marked(TableLook::MARK))));
    let item = move |word: &'static str, label: &'static str| {
        let press = move |()| {
            look.update(|look| look.toggle(word));
            let words = look.read_untracked().words();
            browser::mark(TableLook::MARK, &words);
            browser::remember(TableLook::COOKIE, &words.replace(' ', "."));
            // The keyboard may have been on a column that is gone; rows may have another height.
            list.active.update(|active| active.1 = 0);
            list.look_changed.update(|n| *n += 1);
        };
        let checked = Signal::derive(move || look.read().has(word));
        view! { <MenuItem label=label checked=checked on_press=press/> }
    };
    view! {
        <div class="view-menu">
            <Menu id="view-menu" label=text::VIEW icon="columns" words=text::VIEW>
                <div role="group" aria-label=text::COLUMNS>
                    <p class="menu-title" aria-hidden="true">{text::COLUMNS}</p>
                    {TableLook::COLUMNS.map(|(word, label)| item(word, label)).collect_view()}
                </div>
                <div role="group" aria-label=text::ROWS>
                    <p class="menu-title" aria-hidden="true">{text::ROWS}</p>
                    {item(TableLook::COMPACT, text::COMPACT_ROWS)}
                </div>
            </Menu>
        </div>
    }
}
