//! The keyboard in the grid, after the ARIA grid pattern: one tab stop, arrows move, Space selects.

use leptos::{ev::KeyboardEvent, prelude::*};
use wasm_bindgen::JsCast as _;
use web_sys::{Element, FocusOptions, HtmlElement};

use crate::ui::{
    looker::may_only_look,
    mailboxes::{list::ListState, viewport},
};

const LAST_COLUMN: usize = 8;

/// A key was pressed somewhere in the grid.
pub(crate) fn press(list: ListState, ev: &KeyboardEvent) {
    let target = ev.target().and_then(|t| t.dyn_into::<Element>().ok());
    let in_head = target.as_ref().is_some_and(|t| matches!(t.closest("thead"), Ok(Some(_))));
    let last = list.total.get_untracked().saturating_sub(1);
    let (row, column) = list.active.get_untracked();
    let page = viewport::rows_in_sight().max(2) - 1;
    let looks = may_only_look(list.console);
    let ctrl = ev.ctrl_key() || ev.meta_key();
    let to = match ev.key().as_str() {
        "ArrowDown" if in_head => Some((row, column)),
        "ArrowDown" => Some(((row + 1).min(last), column)),
        "ArrowUp" => Some((row.saturating_sub(1), column)),
        "PageDown" => Some(((row + page).min(last), column)),
        "PageUp" => Some((row.saturating_sub(page), column)),
        "Home" if ctrl => Some((0, column)),
        "End" if ctrl => Some((last, column)),
        "Home" => Some((row, if looks { 1 } else { 0 })),
        "End" => Some((row, if looks { LAST_COLUMN - 1 } else { LAST_COLUMN })),
        "ArrowRight" if !in_head => sideways(ev, true).map(|column| (row, column)),
        "ArrowLeft" if !in_head => sideways(ev, false).map(|column| (row, column)),
        "a" | "A" if ctrl => {
            ev.prevent_default();
            list.select_all();
            None
        }
        "Escape" => {
            list.clear_undoably();
            None
        }
        "Enter" if !in_head => {
            open(ev, target.as_ref());
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

/// Enter opens the row's mailbox; buttons and links know Enter by themselves.
fn open(ev: &KeyboardEvent, target: Option<&Element>) {
    let Some(target) = target.filter(|t| !matches!(t.closest("button, a"), Ok(Some(_)))) else { return };
    let row = target.closest("tr").ok().flatten();
    let name = row.and_then(|row| row.query_selector("a.name").ok().flatten());
    if let Some(name) = name.and_then(|name| name.dyn_into::<HtmlElement>().ok()) {
        ev.prevent_default();
        name.click();
    }
}

/// The column to the side that can be seen; several controls of one cell come one after the other.
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

/// Once the row is mounted, moves the keyboard there, unless it has gone on meanwhile.
fn focus_soon(list: ListState, row: usize, column: usize) {
    request_animation_frame(move || {
        request_animation_frame(move || {
            if list.active.try_get_untracked() == Some((row, column)) {
                focus(row, column);
            }
        });
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
