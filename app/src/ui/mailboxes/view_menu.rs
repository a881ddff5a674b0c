//! The menu of the table's columns and row height, and of printing. They are stored per browser in a cookie, which the server writes
//! into `<html>` so that the first paint is right; styles apply them.

use leptos::prelude::*;

use super::text;
use crate::ui::{
    browser,
    components::menu::{Menu, MenuItem},
    console::Console,
    links,
    mailboxes::{list::ListState, view_settings::ViewSettings},
};

/// *View*: columns and density.
#[component]
pub(crate) fn ViewMenu() -> impl IntoView {
    let list = ListState::here();
    let settings = RwSignal::new(ViewSettings::default());
    // The menu is closed in the first render, so its state may be read after it.
    Effect::new(move |_| settings.set(ViewSettings::of_words(&browser::marked(ViewSettings::MARK))));
    let item = move |word: &'static str, label: &'static str| {
        let press = move |()| {
            settings.update(|settings| settings.toggle(word));
            let words = settings.read_untracked().words();
            browser::mark(ViewSettings::MARK, &words);
            browser::remember(ViewSettings::COOKIE, &words.replace(' ', "."));
            // The focus may have been on a column that is hidden now; rows may have another height.
            list.active.update(|active| active.1 = 0);
            list.look_changed.update(|n| *n += 1);
        };
        let checked = Signal::derive(move || settings.read().has(word));
        view! { <MenuItem label=label checked=checked on_press=press/> }
    };
    let console = Console::here();
    let print = move || console.delegation_id().map(|id| links::printed_mailboxes(id, &list.query.read()));
    view! {
        <div class="view-menu">
            <Menu id="view-menu" label=text::VIEW icon="columns" words=text::VIEW>
                <div role="group" aria-label=text::COLUMNS>
                    <p class="menu-title" aria-hidden="true">{text::COLUMNS}</p>
                    {ViewSettings::columns().map(|column| item(column.word, column.label)).collect_view()}
                </div>
                <div role="group" aria-label=text::ROWS>
                    <p class="menu-title" aria-hidden="true">{text::ROWS}</p>
                    {item(ViewSettings::COMPACT, text::COMPACT_ROWS)}
                    // Followed by a script (`print.js`), which prints what the link leads to.
                    <a class="menu-item" role="menuitem" tabindex="0" href=print data-print="" rel="external">{text::PRINT}</a>
                </div>
            </Menu>
        </div>
    }
}
