//! The keyboard in the grid, after the ARIA grid pattern: one tab stop, arrows move, Space selects.

use leptos::{ev::KeyboardEvent, prelude::*};
use wasm_bindgen::JsCast as _;
use web_sys::{Element, FocusOptions, HtmlElement};

use crate::ui::mailboxes::{list::ListState, row::column_of, viewport};

const LAST_COLUMN: usize = 6;

/// A key was pressed somewhere in the grid.
pub(crate) fn press(list: ListState, ev: &KeyboardEvent) {
    let target = ev.target().and_then(|t| t.dyn_into::<Element>().ok());
    let in_head = target.as_ref().is_some_and(|t| matches!(t.closest("thead"), Ok(Some(_))));
    let last = list.total.get_untracked().saturating_sub(1);
    let (row, column) = list.active.get_untracked();
    let page = viewport::rows_in_sight().max(2) - 1;
    let ctrl = ev.ctrl_key() || ev.meta_key();
    let to = match ev.key().as_str() {
        "ArrowDown" if in_head => Some((row, column)),
        "ArrowDown" => Some(((row + 1).min(last), column)),
        "ArrowUp" => Some((row.saturating_sub(1), column)),
        "PageDown" => Some(((row + page).min(last), column)),
        "PageUp" => Some((row.saturating_sub(page), column)),
        "Home" if ctrl => Some((0, column)),
        "End" if ctrl => Some((last, column)),
        "Home" => Some((row, 0)),
        "End" => Some((row, LAST_COLUMN)),
        "ArrowRight" if !in_head => sideways(ev, column, true).map(|column| (row, column)),
        "ArrowLeft" if !in_head => sideways(ev, column, false).map(|column| (row, column)),
        "a" | "A" if ctrl => {
            ev.prevent_default();
            list.select_all();
            None
        }
        "Escape" => {
            list.clear();
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
            list.extend(row);
        }
        list.active.set((row, column));
        viewport::show(list, row);
        focus_soon(row, column);
    }
}

/// Space toggles the row; with Shift it selects everything since the last toggled one.
fn select(list: ListState, ev: &KeyboardEvent, target: Option<&Element>) {
    // Boxes and buttons know Space by themselves.
    if target.is_none_or(|t| matches!(t.closest("button, input, a"), Ok(Some(_)))) {
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

/// The column to the side; several controls of one cell come one after the other.
fn sideways(ev: &KeyboardEvent, column: usize, right: bool) -> Option<usize> {
    let here = ev.target()?.dyn_into::<Element>().ok()?;
    let next = if right { here.next_element_sibling() } else { here.previous_element_sibling() };
    if here.tag_name() == "BUTTON"
        && let Some(next) = next.and_then(|e| e.dyn_into::<HtmlElement>().ok())
    {
        ev.prevent_default();
        _ = next.focus();
        return None;
    }
    let column = column_of(ev).unwrap_or(column);
    Some(if right { (column + 1).min(LAST_COLUMN) } else { column.saturating_sub(1) })
}

/// Once the row is mounted, moves the keyboard there.
fn focus_soon(row: usize, column: usize) {
    request_animation_frame(move || {
        request_animation_frame(move || focus(row, column));
    });
}

/// Focuses the control of a cell, or the cell itself when it has none.
pub(crate) fn focus(row: usize, column: usize) {
    let cell = document()
        .query_selector(&format!("[role=grid] tr[aria-rowindex=\"{}\"] [data-col=\"{column}\"]", row + 2))
        .ok()
        .flatten();
    let Some(cell) = cell else { return };
    let control = cell.query_selector("input:not(:disabled), button:not(:disabled), a[href]").ok().flatten();
    if let Ok(element) = control.unwrap_or(cell).dyn_into::<HtmlElement>() {
        focus_still(&element);
    }
}

/// The pressed button is about to go: its cell keeps the keyboard's place.
pub(crate) fn keep_place(list: ListState) {
    let (row, column) = list.active.get_untracked();
    let selector = format!("[role=grid] tr[aria-rowindex=\"{}\"] [data-col=\"{column}\"]", row + 2);
    let cell = document().query_selector(&selector).ok().flatten();
    if let Some(cell) = cell.and_then(|c| c.dyn_into::<HtmlElement>().ok()) {
        focus_still(&cell);
    }
}

/// Focuses without scrolling.
pub(crate) fn focus_still(element: &HtmlElement) {
    let options = FocusOptions::new();
    options.set_prevent_scroll(true);
    _ = element.focus_with_options(&options);
}
