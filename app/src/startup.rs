//! Starts the console in the browser: it takes over the page that the server has rendered. Where that fails, because
//! something has changed the page before, the page is loaded once more and rendered anew in the browser.

#[cfg(feature = "hydrate")]
pub use browser::start;

#[cfg(feature = "hydrate")]
mod browser {
    use leptos::{
        mount::{hydrate_from, mount_to},
        prelude::{document, window},
    };
    use wasm_bindgen::JsCast as _;

    use crate::root::{App, ROOT};

    /// A key of the tab's storage: its pages are rendered in the browser.
    const RENDERS: &str = "renders";

    /// A failure within this time after the start is one of the start, in milliseconds.
    const STARTING: f64 = 15_000.0;

    /// Starts the console. Call it once, when the WebAssembly is ready.
    pub fn start() {
        let begun = js_sys::Date::now();
        std::panic::set_hook(Box::new(move |panic| {
            console_error_panic_hook::hook(panic);
            stopped(begun);
        }));
        let root = document().get_element_by_id(ROOT).and_then(|root| root.dyn_into().ok());
        let Some(root): Option<web_sys::HtmlElement> = root else { return stopped(begun) };
        if renders() {
            root.set_inner_html("");
            mount_to(root, App).forget();
        } else {
            hydrate_from(root, App).forget();
        }
    }

    fn storage() -> Option<web_sys::Storage> {
        window().session_storage().ok().flatten()
    }

    fn renders() -> bool {
        storage().is_some_and(|storage| storage.get_item(RENDERS).is_ok_and(|value| value.is_some()))
    }

    /// The console does not work any more: renders the page anew, once; else the page says so.
    fn stopped(begun: f64) {
        let starting = js_sys::Date::now() - begun < STARTING;
        if starting
            && !renders()
            && storage().is_some_and(|storage| storage.set_item(RENDERS, "true").is_ok())
        {
            _ = window().location().reload();
        } else if let Some(html) = document().document_element() {
            _ = html.remove_attribute("data-hydrated");
            _ = html.set_attribute("data-stopped", "true");
        }
    }
}
