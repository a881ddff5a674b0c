//! Calls to the browser. Never made while rendering: only from handlers and effects.

use std::cell::Cell;

use domain::ids::Millis;
use leptos::{
    prelude::{document, request_animation_frame, window},
    task::{spawn_local, tick},
};
use wasm_bindgen::{JsCast as _, JsValue, closure::Closure};

/// The current time of the browser's clock.
#[expect(clippy::cast_possible_truncation, reason = "milliseconds since 1970 fit for millennia")]
pub(crate) fn now() -> Millis {
    js_sys::Date::now() as Millis
}

/// A number from 0 to 1, for jitter.
pub(crate) fn random() -> f64 {
    js_sys::Math::random()
}

/// A random key for one user action. Not `randomUUID`: that is missing on plain HTTP.
pub(crate) fn fresh_key() -> String {
    let mut bytes = [0_u8; 16];
    if let Ok(crypto) = window().crypto() {
        _ = crypto.get_random_values_with_u8_array(&mut bytes);
    }
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

/// A local date or time in the browser's format. `style` is `dateStyle` or `timeStyle`.
pub(crate) fn local(at: Millis, style: &str, length: &str) -> Option<String> {
    let options = js_sys::Object::new();
    js_sys::Reflect::set(&options, &style.into(), &length.into()).ok()?;
    let format = js_sys::Intl::DateTimeFormat::new(&js_sys::Array::new(), &options);
    let date = JsValue::from_f64(at as f64);
    format.format().call1(&JsValue::UNDEFINED, &date).ok()?.as_string()
}

/// Minutes by which local time is ahead of UTC at the beginning of the day in a field for dates, `later` days on; 0 for
/// an empty field.
pub(crate) fn offset_of_day(id: &str, later: i32) -> i32 {
    let field = document().get_element_by_id(id).and_then(|e| e.dyn_into::<web_sys::HtmlInputElement>().ok());
    let value = field.map(|field| field.value()).unwrap_or_default();
    let mut parts = value.split('-').map(|part| part.parse::<i32>().ok());
    let (Some(Some(year)), Some(Some(month)), Some(Some(day))) = (parts.next(), parts.next(), parts.next())
    else {
        return 0;
    };
    let year = u32::try_from(year).unwrap_or(0);
    let midnight = js_sys::Date::new_with_year_month_day(year, month - 1, day + later);
    -(midnight.get_timezone_offset() as i32)
}

/// Opens an empty tab at once: browsers allow that only inside the click itself.
pub(crate) fn open_tab() -> Option<web_sys::Window> {
    window().open_with_url_and_target("about:blank", "_blank").ok().flatten()
}

/// Loads an address in an opened tab, which gets no access to this page.
pub(crate) fn send_tab(tab: &web_sys::Window, url: &str) {
    _ = tab.set_opener(&JsValue::NULL);
    _ = tab.location().set_href(url);
}

thread_local! {
    /// Whether the page is being left: a second navigation must not start.
    static LEAVING: Cell<bool> = const { Cell::new(false) };
}

/// Loads another page of the console, which clears all state in memory.
pub(crate) fn go(path: &str) {
    if !LEAVING.replace(true) {
        _ = window().location().set_href(path);
    }
}

/// Whether [`go`] is loading another page.
pub(crate) fn is_leaving() -> bool {
    LEAVING.get()
}

pub(crate) fn reload() {
    _ = window().location().reload();
}

/// The page's address below the host, with query and fragment.
pub(crate) fn address() -> Option<String> {
    let at = window().location();
    Some(at.pathname().ok()? + &at.search().ok()? + &at.hash().ok()?)
}

/// Calls the listener at *Back* and *Forward*, for as long as the page lives. Listeners of the window are called in their
/// order: one that must be called before the router is added before the router starts.
pub(crate) fn on_traversal(listener: impl FnMut(web_sys::Event) + 'static) {
    let listener: Closure<dyn FnMut(web_sys::Event)> = Closure::new(listener);
    let callback = listener.as_ref().unchecked_ref();
    _ = window().add_event_listener_with_callback("popstate", callback);
    listener.forget();
}

/// Sets an attribute of `<html>`, for styles and tests.
pub(crate) fn mark(name: &str, value: &str) {
    if let Some(html) = document().document_element() {
        _ = html.set_attribute(name, value);
    }
}

/// Dispatches an event on the document. `detail` is a text.
pub(crate) fn dispatch(name: &str, detail: &str) {
    let init = web_sys::CustomEventInit::new();
    init.set_detail(&detail.into());
    if let Ok(event) = web_sys::CustomEvent::new_with_event_init_dict(name, &init) {
        _ = document().dispatch_event(&event);
    }
}

/// The value of an attribute of `<html>`; empty when it is missing.
pub(crate) fn marked(name: &str) -> String {
    document().document_element().and_then(|html| html.get_attribute(name)).unwrap_or_default()
}

/// Applies a theme (`light`, `dark`, or empty for the system's) and stores it in this browser.
pub(crate) fn remember_theme(name: &str) {
    if let Some(html) = document().document_element() {
        _ = if name.is_empty() {
            html.remove_attribute("data-theme")
        } else {
            html.set_attribute("data-theme", name)
        };
    }
    remember(crate::ui::theme::Theme::COOKIE, name);
}

/// Stores a value in a cookie for a year; an empty value deletes it. Only for preferences.
pub(crate) fn remember(name: &str, value: &str) {
    let age = if value.is_empty() { 0 } else { 31_536_000 };
    let cookie = format!("{name}={value}; Path=/; Max-Age={age}; SameSite=Lax");
    _ = js_sys::Reflect::set(&document(), &"cookie".into(), &cookie.into());
}

/// Focuses the first element that matches. Returns whether there is one.
pub(crate) fn focus(selector: &str) -> bool {
    let found = document().query_selector(selector).ok().flatten();
    let element = found.and_then(|e| e.dyn_into::<web_sys::HtmlElement>().ok());
    element.is_some_and(|element| element.focus().is_ok())
}

/// Focuses the first field with a problem, once the page shows it.
pub(crate) fn focus_problem() {
    soon(|| focus("[aria-invalid=true]"));
}

/// Focuses without scrolling.
pub(crate) fn focus_without_scroll(element: &web_sys::HtmlElement) {
    let options = web_sys::FocusOptions::new();
    options.set_prevent_scroll(true);
    _ = element.focus_with_options(&options);
}

/// Whether any element matches.
pub(crate) fn is_there(selector: &str) -> bool {
    document().query_selector(selector).is_ok_and(|found| found.is_some())
}

/// The element that has the keyboard focus; `None` when no element has it.
pub(crate) fn focused() -> Option<web_sys::HtmlElement> {
    let on = document().active_element().filter(|on| on.tag_name() != "BODY");
    on.and_then(|on| on.dyn_into().ok())
}

/// Whether no element has the keyboard focus, because the one that had it was removed.
pub(crate) fn is_focus_lost() -> bool {
    focused().is_none()
}

/// Elements that take the focus when the focused element was removed: a control of the open dialog, the active cell of
/// the list, the heading.
const FALLBACKS: [&str; 3] = [
    ".dialog[open] .dialog-body :is(a[href], button):not(:disabled, details:not([open]) *)",
    "[role=grid] tbody :is(td, input, a, button)[tabindex=\"0\"]",
    "main h1",
];

/// Focuses a fallback element once the page has changed, if the focus is lost.
pub(crate) fn regain_focus() {
    let regain = || is_focus_lost() && FALLBACKS.into_iter().any(focus);
    soon(regain);
    // A later render may remove the element that has just got the focus.
    request_animation_frame(move || request_animation_frame(move || _ = regain()));
}

/// Maximum rounds of effects after one change of the page: the output of one effect can trigger others.
const ROUNDS: u32 = 8;

/// Tries until it succeeds: now, after each round of effects, and once the page has been drawn. All rounds of effects
/// run before the browser's next event, so a key that is pressed meanwhile reaches the right element.
pub(crate) fn soon(attempt: impl Fn() -> bool + 'static) {
    if attempt() {
        return;
    }
    spawn_local(async move {
        for _ in 0..ROUNDS {
            tick().await;
            if attempt() {
                return;
            }
        }
        request_animation_frame(move || request_animation_frame(move || _ = attempt()));
    });
}

/// Scrolls the navigation to the open page, where it is a narrow bar.
pub(crate) fn show_current_link() {
    let nav = document().query_selector(".nav").ok().flatten();
    let link = document().query_selector(".nav [aria-current]").ok().flatten();
    if let (Some(nav), Some(link)) = (nav, link.and_then(|l| l.dyn_into::<web_sys::HtmlElement>().ok())) {
        nav.set_scroll_left(link.offset_left() - nav.client_width() / 3);
    }
}

/// Copies a text. Returns `false` where the browser does not allow it.
pub(crate) async fn copy(text: &str) -> bool {
    let navigator = window().navigator();
    let clipboard = js_sys::Reflect::get(&navigator, &"clipboard".into()).unwrap_or_default();
    if clipboard.is_undefined() {
        return false;
    }
    wasm_bindgen_futures::JsFuture::from(navigator.clipboard().write_text(text)).await.is_ok()
}
