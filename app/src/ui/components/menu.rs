//! A menu behind a small button, on the browser's own popover: Esc or a press elsewhere closes it, and the focus
//! returns to its button.

use leptos::{
    ev::{KeyboardEvent, MouseEvent},
    html,
    prelude::*,
};
use wasm_bindgen::JsCast as _;
use web_sys::{Element, HtmlElement};

use crate::ui::components::icon::Icon;

/// A button with its menu; the children are [`MenuItem`]s.
#[component]
pub(crate) fn Menu(
    id: &'static str,
    /// The accessible name of the button and the menu.
    label: &'static str,
    icon: &'static str,
    /// The text beside the icon.
    #[prop(optional)]
    words: Option<&'static str>,
    children: Children,
) -> impl IntoView {
    let panel = NodeRef::<html::Div>::new();
    let open = RwSignal::new(false);
    // Opened here and not by the browser, which reports it only later: the menu must have the focus before the next
    // key.
    let press = move |ev: MouseEvent| {
        let button = ev.current_target().and_then(|t| t.dyn_into::<Element>().ok());
        let (Some(button), Some(panel)) = (button, panel.get_untracked()) else { return };
        ev.prevent_default();
        if is_open(&panel) {
            _ = panel.hide_popover();
            return;
        }
        let at = button.get_bounding_client_rect();
        let style = HtmlElement::style(&panel);
        _ = style.set_property("--x", &format!("{}px", at.left()));
        _ = style.set_property("--y", &format!("{}px", at.bottom() + 4.0));
        _ = panel.show_popover();
        open.set(true);
        focus_item(&panel, 0);
    };
    // The browser closes it, too: by Esc, and by a press elsewhere.
    let toggled = move |_| open.set(panel.get_untracked().is_some_and(|panel| is_open(&panel)));
    // An open menu handles all its keys itself: it may be inside a grid, which handles keys too.
    let on_key = move |ev: KeyboardEvent| {
        if let Some(panel) = panel.get_untracked().filter(|panel| is_open(panel)) {
            ev.stop_propagation();
            keys(&panel, &ev);
        }
    };
    let class = if words.is_some() { "button button-quiet" } else { "button-icon" };
    view! {
        <button
            type="button"
            class=class
            aria-haspopup="menu"
            aria-expanded=move || if open.get() { "true" } else { "false" }
            aria-label=words.is_none().then_some(label)
            title=words.is_none().then_some(label)
            popovertarget=id
            on:click=press
            on:keydown=on_key
        >
            <Icon name=icon/>
            {words.map(|words| view! { <span>{words}</span> })}
        </button>
        <div
            id=id
            class="menu"
            role="menu"
            aria-label=label
            popover="auto"
            node_ref=panel
            on:toggle=toggled
            on:keydown=on_key
        >
            {children()}
        </div>
    }
}

const ITEM: &str = "[role^=menuitem]:not(:disabled)";

/// Arrows, Home and End move inside the menu.
fn keys(menu: &Element, ev: &KeyboardEvent) {
    let Ok(items) = menu.query_selector_all(ITEM) else { return };
    let last = items.length().saturating_sub(1);
    let here = document().active_element();
    let current = (0..=last).find(|i| items.get(*i).as_ref() == here.as_deref());
    let to = match ev.key().as_str() {
        "ArrowDown" => current.map_or(0, |current| (current + 1) % (last + 1)),
        "ArrowUp" => current.map_or(last, |current| (current + last) % (last + 1)),
        "Home" => 0,
        "End" => last,
        "Tab" => return close(menu),
        _ => return,
    };
    ev.prevent_default();
    focus_item(menu, to);
}

/// Focuses one of the enabled entries, counted from 0.
fn focus_item(menu: &Element, index: u32) {
    let item = menu.query_selector_all(ITEM).ok().and_then(|items| items.get(index));
    if let Some(item) = item.and_then(|item| item.dyn_into::<HtmlElement>().ok()) {
        _ = item.focus();
    }
}

fn is_open(menu: &Element) -> bool {
    menu.matches(":popover-open").unwrap_or(false)
}

fn close(inside: &Element) {
    let menu = inside.closest("[popover]").ok().flatten();
    if let Some(menu) = menu.and_then(|menu| menu.dyn_into::<HtmlElement>().ok()) {
        _ = menu.hide_popover();
    }
}

/// One entry. With `checked` it is a switch, and the menu stays open.
#[component]
pub(crate) fn MenuItem(
    #[prop(into)] label: Signal<String>,
    /// The count at the right edge.
    #[prop(optional, into)]
    count: Signal<String>,
    #[prop(optional, into)] disabled: Signal<bool>,
    #[prop(optional)] checked: Option<Signal<bool>>,
    #[prop(into)] on_press: Callback<()>,
) -> impl IntoView {
    let press = move |ev: MouseEvent| {
        if checked.is_none()
            && let Some(item) = ev.current_target().and_then(|t| t.dyn_into::<Element>().ok())
        {
            close(&item);
        }
        on_press.run(());
    };
    view! {
        <button
            type="button"
            class="menu-item"
            role=if checked.is_some() { "menuitemcheckbox" } else { "menuitem" }
            aria-checked=move || checked.map(|checked| if checked.get() { "true" } else { "false" })
            // Arrows move and Tab leaves, but a scrollable element must contain a focusable one.
            tabindex="0"
            disabled=move || disabled.get()
            on:click=press
        >
            <span>{move || label.get()}</span>
            <span class="menu-count">{move || count.get()}</span>
        </button>
    }
}
