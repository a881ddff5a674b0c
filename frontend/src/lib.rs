//! The WebAssembly entry point: takes over the page that the server rendered.

/// Hydrates the page. The browser calls it once, when the WebAssembly is ready.
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_body(app::App);
}
