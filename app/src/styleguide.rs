//! The styleguide: every component in every state, on one page, for designers and for the tests of appearance and
//! contrast.
//!
//! Rendered only by the server and never hydrated, so that none of it is in the browser's WebAssembly.

mod controls;
mod feedback;
mod group;
mod tokens;

use leptos::prelude::*;
use leptos_meta::{HashedStylesheet, provide_meta_context};

use crate::ui::console::Console;

/// The page as HTML. `icons` are the names in the sprite.
#[must_use]
pub fn styleguide(options: LeptosOptions, icons: &[String]) -> String {
    let owner = Owner::new();
    owner.with(|| {
        provide_meta_context();
        Console::provide();
        let page = view! {
            <!DOCTYPE html>
            <html lang="en">
                <head>
                    <meta charset="utf-8"/>
                    <title>"Styleguide · Warmy Domain Delegation"</title>
                    <meta name="viewport" content="width=device-width, initial-scale=1"/>
                    <meta name="color-scheme" content="light dark"/>
                    <meta name="robots" content="noindex"/>
                    <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
                    <HashedStylesheet options=options id="style"/>
                </head>
                <body>
                    <div class="shell">
                        <main class="content">
                            <h1>"Styleguide"</h1>
                            {tokens::section(icons)}
                            {feedback::section()}
                            {controls::section()}
                        </main>
                    </div>
                </body>
            </html>
        };
        page.to_html()
    })
}
