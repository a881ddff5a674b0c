//! Mounts the rows in sight and a few around them, of a list of any length.

use std::{cell::Cell, rc::Rc, sync::Arc, time::Duration};

use domain::{
    ids::{Millis, RowNumber},
    list::ListQuery,
};
use leptos::{html, prelude::*};
use wasm_bindgen::JsCast as _;
use web_sys::{HtmlElement, HtmlTableElement, HtmlTableSectionElement};

use crate::ui::{
    browser,
    mailboxes::{list::ListState, overscan::OVERSCAN},
};

/// Up to this length all rows are mounted, so that the browser's own search finds them.
const ALL_BELOW: usize = 300;

/// Of those, this number is added in each frame, so that typing stays smooth.
const A_FRAME: usize = 16;

/// The time between two mounts of rows during fast scrolling, in milliseconds.
const INTERVAL: Millis = 180;

/// The height of a row in pixels before it can be measured.
const ROW_HEIGHT: f64 = 52.0;

/// Mounts rows as the page is scrolled. In the browser only.
pub(crate) fn install(list: ListState, table: NodeRef<html::Table>, body: NodeRef<html::Tbody>) {
    Effect::new(move |before: Option<(Arc<Vec<RowNumber>>, ListQuery)>| {
        let order = list.order.get();
        let query = list.query.get_untracked();
        list.total.track();
        list.look_changed.track();
        if let (Some(table), Some(body)) = (table.get(), body.get()) {
            let by = before.map_or(0.0, |before| shift(list, &before, &order, &query, &body));
            measure(list, &table, &body);
            if by != 0.0 {
                window().scroll_by_with_x_and_y(0.0, by);
                measure(list, &table, &body);
            }
        }
        (order, query)
    });
    Effect::new(move |_| {
        let look = move || {
            if let (Some(table), Some(body)) =
                (table.try_get_untracked().flatten(), body.try_get_untracked().flatten())
            {
                measure(list, &table, &body);
            }
        };
        // Many scroll events of one frame are one measurement.
        let (pending, mounted_at) = (Rc::new(Cell::new(false)), Rc::new(Cell::new(0)));
        let on_scroll = move |_: web_sys::Event| {
            if pending.replace(true) {
                return;
            }
            let (pending, mounted_at) = (Rc::clone(&pending), Rc::clone(&mounted_at));
            request_animation_frame(move || {
                // Rows cannot be read during fast scrolling, so they are mounted less often.
                let fast = body.try_get_untracked().flatten().is_some_and(|body| is_far(list, &body));
                let wait =
                    if fast { (mounted_at.get() + INTERVAL - browser::now()).clamp(0, INTERVAL) } else { 0 };
                let look = move || {
                    pending.set(false);
                    mounted_at.set(browser::now());
                    look();
                };
                match wait {
                    0 => look(),
                    wait => set_timeout(look, Duration::from_millis(wait.unsigned_abs())),
                }
            });
        };
        let scroll = window_event_listener_untyped("scroll", on_scroll.clone());
        let resize = window_event_listener_untyped("resize", on_scroll);
        on_cleanup(move || {
            scroll.remove();
            resize.remove();
        });
    });
}

/// Whether no mounted row is in sight any more, unless the keyboard has moved there.
fn is_far(list: ListState, body: &HtmlTableSectionElement) -> bool {
    let (height, top) = (row_height(body), body.get_bounding_client_rect().top());
    let (from, to) = list.window.get_untracked();
    let sight = rows(-top / height)..rows((window_height() - top) / height);
    let by_keyboard = sight.contains(&list.active.get_untracked().0);
    !by_keyboard && (to <= sight.start || sight.end <= from)
}

/// The distance to scroll after the order was loaded again, so that the first row in sight, or the next one that is
/// still listed, keeps its place on the screen. Another list is shown from its beginning.
fn shift(
    list: ListState,
    before: &(Arc<Vec<RowNumber>>, ListQuery),
    order: &Arc<Vec<RowNumber>>,
    query: &ListQuery,
    body: &HtmlTableSectionElement,
) -> f64 {
    let top = body.get_bounding_client_rect().top();
    let head = row_height(body) + 64.0;
    if Arc::ptr_eq(&before.0, order) || top > head {
        return 0.0;
    }
    let to_the_beginning = top - head;
    if before.1 != *query {
        return to_the_beginning;
    }
    let (first, _) = list.sight.get_untracked();
    let listed = list.listed.read_untracked();
    let stays = before.0.iter().enumerate().skip(first).find(|(_, row)| listed.contains(row.0));
    let moved = stays.and_then(|(was, row)| Some((was, order.iter().position(|other| other == row)?)));
    match moved {
        Some((was, is)) => (is as f64 - was as f64) * row_height(body),
        None => to_the_beginning,
    }
}

fn measure(list: ListState, table: &HtmlTableElement, body: &HtmlTableSectionElement) {
    let total = list.order.read_untracked().len();
    let height = row_height(body);
    let top = body.get_bounding_client_rect().top();
    // Sticky elements at the window's edges cover rows; a row that is cut off is not in sight.
    let sight =
        (rows((height - 1.0 - top) / height).min(total), rows((window_height() - top) / height).min(total));
    if list.sight.get_untracked() != sight {
        list.sight.set(sight);
    }
    let above = rows(-top / height).saturating_sub(OVERSCAN).min(total);
    let near = (above, (rows((window_height() - top) / height) + OVERSCAN + 1).min(total));
    let (from, to) = if total <= ALL_BELOW { grown(list.window.get_untracked(), near, total) } else { near };
    let (from, to) = (from.min(to), to);
    let whole = (from, to) == (0, total);
    if total <= ALL_BELOW && !whole {
        grow_soon(list, table, body);
    }
    let set = |property: &str, rows: usize| {
        let pixels = if whole { String::new() } else { format!("{}px", (rows as f64 * height).round()) };
        _ = HtmlElement::style(body).set_property(property, &pixels);
    };
    set("height", total);
    set("padding-top", from);
    if list.window.get_untracked() != (from, to) {
        // The focused row is about to be unmounted: the grid takes the focus instead.
        let (active, _) = list.active.get_untracked();
        let inside = document().active_element().is_some_and(|e| body.contains(Some(&e)));
        if !(from..to).contains(&active) {
            if inside {
                browser::focus_without_scroll(table);
            } else {
                // The tab stop moves to the first row in sight.
                list.active.update(|active| active.0 = sight.0);
            }
        }
        list.window.set((from, to));
    }
}

/// The rows of a short list to mount next: those in sight, those mounted already, and some more.
fn grown(mounted: (usize, usize), near: (usize, usize), total: usize) -> (usize, usize) {
    let mounted = (mounted.0, mounted.1.min(total));
    let apart = mounted.1 < near.0 || near.1 < mounted.0;
    let (from, to) = if apart { near } else { (mounted.0.min(near.0), mounted.1.max(near.1)) };
    if to < total { (from, (to + A_FRAME).min(total)) } else { (from.saturating_sub(A_FRAME), to) }
}

fn grow_soon(list: ListState, table: &HtmlTableElement, body: &HtmlTableSectionElement) {
    if list.growing.get_value() {
        return;
    }
    list.growing.set_value(true);
    let (table, body) = (table.clone(), body.clone());
    request_animation_frame(move || {
        if list.growing.try_update_value(|growing| *growing = false).is_some() {
            measure(list, &table, &body);
        }
    });
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a count of rows, never negative"
)]
fn rows(height: f64) -> usize {
    height.max(0.0) as usize
}

fn row_height(body: &HtmlTableSectionElement) -> f64 {
    let row = body.first_element_child();
    row.map(|row| row.get_bounding_client_rect().height())
        .filter(|height| *height > 1.0)
        .unwrap_or(ROW_HEIGHT)
}

fn window_height() -> f64 {
    window().inner_height().ok().and_then(|height| height.as_f64()).unwrap_or(800.0)
}

/// The number of rows that fit into the window.
pub(crate) fn rows_in_sight() -> usize {
    rows(window_height() / ROW_HEIGHT)
}

/// Scrolls until a row is in sight, clear of sticky elements, and mounts it at once: the scroll event follows only with
/// the next frame, and the next key may be pressed before.
pub(crate) fn show(list: ListState, row: usize) {
    let body = document().query_selector("[role=grid] tbody").ok().flatten();
    let Some(body) = body.and_then(|b| b.dyn_into::<HtmlTableSectionElement>().ok()) else { return };
    let height = row_height(&body);
    let top = body.get_bounding_client_rect().top() + row.min(list.total.get_untracked()) as f64 * height;
    let strips = document().query_selector(".strips").ok().flatten();
    let strips = strips.map_or(0.0, |strips| strips.get_bounding_client_rect().height());
    let (head, foot) = (height + 64.0, window_height() - height - 84.0 - strips);
    let by = if top < head {
        top - head
    } else if top > foot {
        top - foot
    } else {
        return;
    };
    window().scroll_by_with_x_and_y(0.0, by);
    let table = body.closest("table").ok().flatten();
    if let Some(table) = table.and_then(|table| table.dyn_into::<HtmlTableElement>().ok()) {
        measure(list, &table, &body);
    }
}
