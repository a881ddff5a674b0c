//! The WebAssembly entry point: takes over the page that the server rendered.

/// Starts the console. The browser calls it once, when the WebAssembly is ready.
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    app::start();
}
