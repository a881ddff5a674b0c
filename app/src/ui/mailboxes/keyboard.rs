//! Keyboard control of the grid, after the ARIA grid pattern: one tab stop, arrows move, Space selects.

use domain::list::COLUMNS;
use leptos::{ev::KeyboardEvent, prelude::*};
use wasm_bindgen::JsCast as _;
use web_sys::{Element, HtmlElement};

use crate::ui::{
    browser,
    mailboxes::{list::ListState, viewport},
    read_only::is_read_only,
};

/// The column of the actions; that of the checkbox is 0.
pub(crate) const LAST_COLUMN: usize = COLUMNS.len() + 1;

/// Handles a key pressed in the grid.
pub(crate) fn press(list: ListState, ev: &KeyboardEvent) {
    let target = ev.target().and_then(|t| t.dyn_into::<Element>().ok());
    let in_head = target.as_ref().is_some_and(|t| matches!(t.closest("thead"), Ok(Some(_))));
    let last = list.total.get_untracked().saturating_sub(1);
    let (row, column) = list.active.get_untracked();
    let page = viewport::rows_in_sight().max(2) - 1;
    let read_only = is_read_only(list.console);
    let ctrl = ev.ctrl_key() || ev.meta_key();
    let to = match ev.key().as_str() {
        "ArrowDown" if in_head => Some((row, column)),
        "ArrowDown" => Some(((row + 1).min(last), column)),
        "ArrowUp" => Some((row.saturating_sub(1), column)),
        "PageDown" => Some(((row + page).min(last), column)),
        "PageUp" => Some((row.saturating_sub(page), column)),
        "Home" if ctrl => Some((0, column)),
        "End" if ctrl => Some((last, column)),
        "Home" => Some((row, if read_only { 1 } else { 0 })),
        "End" => Some((row, if read_only { LAST_COLUMN - 1 } else { LAST_COLUMN })),
        "ArrowRight" if !in_head => sideways(ev, true).map(|column| (row, column)),
        "ArrowLeft" if !in_head => sideways(ev, false).map(|column| (row, column)),
        "a" | "A" if ctrl => {
            ev.prevent_default();
            list.select_all();
            None
        }
        // The panel's own handler cancels a panel that is still loading.
        "Escape" if list.is_opening() => None,
        "Escape" => {
            list.clear_undoably();
            None
        }
        "Enter" if !in_head => {
            open(list, ev, target.as_ref());
            None
        }
        " " => {
            select(list, ev, target.as_ref());
            None
        }
        _ => None,
    };
    if let Some((row, column)) = to {
        ev.prevent_default();
        if ev.shift_key() && row != list.active.get_untracked().0 {
            list.extend_from(list.active.get_untracked().0, row);
        }
        list.active.set((row, column));
        viewport::show(list, row);
        focus_soon(list, row, column);
    }
}

/// Space toggles the row; with Shift it selects all rows since the last toggled one.
fn select(list: ListState, ev: &KeyboardEvent, target: Option<&Element>) {
    // Checkboxes and buttons handle Space themselves.
    if !is_ahead(list, target) && target.is_none_or(|t| matches!(t.closest("button, input, a"), Ok(Some(_))))
    {
        return;
    }
    ev.prevent_default();
    let index = list.active.get_untracked().0;
    let Some(row) = list.order.read_untracked().get(index).copied() else { return };
    if ev.shift_key() {
        list.extend(index);
    } else {
        list.toggle(index, row);
    }
}

/// Enter opens the row's mailbox; buttons and links handle Enter themselves.
fn open(list: ListState, ev: &KeyboardEvent, target: Option<&Element>) {
    if !is_ahead(list, target) && target.is_none_or(|t| matches!(t.closest("button, a"), Ok(Some(_)))) {
        return;
    }
    let row = row_of(list.active.get_untracked().0);
    let name = row.and_then(|row| row.query_selector("a.name").ok().flatten());
    if let Some(name) = name.and_then(|name| name.dyn_into::<HtmlElement>().ok()) {
        ev.prevent_default();
        name.click();
    }
}

/// Whether the active row is not mounted yet: keys are then meant for it, and not for the row that still has the focus.
fn is_ahead(list: ListState, target: Option<&Element>) -> bool {
    let on = target.and_then(|target| target.closest("tbody tr").ok().flatten());
    let position = on.and_then(|row| row.get_attribute("aria-rowindex")?.parse::<usize>().ok());
    position.is_some_and(|position| position != list.active.get_untracked().0 + 2)
}

/// The next visible column to the side. `None` when the focus moved to the next control of the same cell instead.
fn sideways(ev: &KeyboardEvent, right: bool) -> Option<usize> {
    let beside = |of: &Element| if right { of.next_element_sibling() } else { of.previous_element_sibling() };
    let here = ev.target()?.dyn_into::<Element>().ok()?;
    if here.tag_name() == "BUTTON"
        && let Some(next) = beside(&here).and_then(|e| e.dyn_into::<HtmlElement>().ok())
    {
        ev.prevent_default();
        _ = next.focus();
        return None;
    }
    let mut cell = here.closest("[data-col]").ok()??;
    loop {
        cell = beside(&cell)?;
        if cell.get_bounding_client_rect().width() > 0.0 {
            return cell.get_attribute("data-col")?.parse().ok();
        }
    }
}

/// Focuses a cell: at once, or when its row is mounted, unless another cell has become active meanwhile.
fn focus_soon(list: ListState, row: usize, column: usize) {
    browser::soon(move || list.active.try_get_untracked() != Some((row, column)) || focus(row, column));
}

/// Focuses the control of a cell, or the cell itself when it has none. Returns whether the row is mounted.
fn focus(row: usize, column: usize) -> bool {
    let Some(cell) = cell_of(row, column) else { return false };
    let control = cell.query_selector("input:not(:disabled), button:not(:disabled), a[href]").ok().flatten();
    if let Ok(element) = control.unwrap_or(cell).dyn_into::<HtmlElement>() {
        browser::focus_without_scroll(&element);
    }
    true
}

/// Focuses the active cell, because its pressed button is about to be removed.
pub(crate) fn focus_active_cell(list: ListState) {
    let (row, column) = list.active.get_untracked();
    if let Some(cell) = cell_of(row, column).and_then(|cell| cell.dyn_into::<HtmlElement>().ok()) {
        browser::focus_without_scroll(&cell);
    }
}

/// A cell of a mounted row.
fn cell_of(row: usize, column: usize) -> Option<Element> {
    row_of(row)?.query_selector(&format!("[data-col=\"{column}\"]")).ok().flatten()
}

/// A mounted row, by its index in the list.
fn row_of(row: usize) -> Option<Element> {
    document().query_selector(&format!("[role=grid] tr[aria-rowindex=\"{}\"]", row + 2)).ok().flatten()
}
