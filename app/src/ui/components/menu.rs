//! A menu behind a small button, on the browser's own popover: it closes by Esc and by a press elsewhere, and gives
//! the keyboard back to its button.

use leptos::{
    ev::{KeyboardEvent, MouseEvent},
    html,
    prelude::*,
};
use wasm_bindgen::JsCast as _;
use web_sys::{Element, HtmlElement};

use crate::ui::{browser, components::icon::Icon};

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
    // A press comes before the popover opens: it opens where it belongs.
    let place = move |ev: MouseEvent| {
        let button = ev.current_target().and_then(|t| t.dyn_into::<Element>().ok());
        if let (Some(button), Some(panel)) = (button, panel.get_untracked()) {
            let at = button.get_bounding_client_rect();
            let style = HtmlElement::style(&panel);
            _ = style.set_property("--x", &format!("{}px", at.left()));
            _ = style.set_property("--y", &format!("{}px", at.bottom() + 4.0));
        }
    };
    let toggled = move |_| {
        let Some(panel) = panel.get_untracked() else { return };
        open.set(panel.matches(":popover-open").unwrap_or(false));
        let inside = panel.contains(document().active_element().as_deref());
        if open.get_untracked() && !inside {
            browser::focus(&format!("#{id} {ITEM}"));
        }
    };
    // Of a popover that opens one hears later: keys that are pressed on its button meanwhile are the menu's already.
    let to_menu = move |ev: &KeyboardEvent| {
        if let Some(panel) =
            panel.get_untracked().filter(|panel| panel.matches(":popover-open").unwrap_or(false))
        {
            keys(&panel, ev);
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
            on:click=place
            on:keydown=move |ev| to_menu(&ev)
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
            on:keydown=move |ev| {
                ev.stop_propagation();
                to_menu(&ev);
            }
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
    if let Some(item) = items.get(to).and_then(|item| item.dyn_into::<HtmlElement>().ok()) {
        _ = item.focus();
    }
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
