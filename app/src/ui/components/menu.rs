//! A menu behind a small button, on the browser's own popover: it closes by Esc and by a press elsewhere, and gives
//! the keyboard back to its button.

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
    /// What button and menu are called.
    label: &'static str,
    icon: &'static str,
    /// Written beside the icon.
    #[prop(optional)]
    words: Option<&'static str>,
    children: Children,
) -> impl IntoView {
    let panel = NodeRef::<html::Div>::new();
    let open = RwSignal::new(false);
    // Opened by us and not by the browser, which says so only later: the menu has the keyboard before the next key comes.
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
    // It closes by itself, too: by Esc, and by a press elsewhere.
    let toggled = move |_| open.set(panel.get_untracked().is_some_and(|panel| is_open(&panel)));
    // Keys are the menu's as long as it is open, and nothing else's: it may stand in a grid.
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
    let place = (0..=last).find(|i| items.get(*i).as_ref() == here.as_deref());
    let to = match ev.key().as_str() {
        "ArrowDown" => place.map_or(0, |place| (place + 1) % (last + 1)),
        "ArrowUp" => place.map_or(last, |place| (place + last) % (last + 1)),
        "Home" => 0,
        "End" => last,
        "Tab" => return close(menu),
        _ => return,
    };
    ev.prevent_default();
    focus_item(menu, to);
}

/// Moves the keyboard to one of the entries that can be chosen, counted from 0.
fn focus_item(menu: &Element, place: u32) {
    let item = menu.query_selector_all(ITEM).ok().and_then(|items| items.get(place));
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
    /// At the right edge: how many it is about.
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
            // Arrows move, and Tab leaves; but what scrolls must hold something that takes the keyboard.
            tabindex="0"
            disabled=move || disabled.get()
            on:click=press
        >
            <span>{move || label.get()}</span>
            <span class="menu-count">{move || count.get()}</span>
        </button>
    }
}
