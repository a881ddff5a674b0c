//! The HTML document around the console.

mod start;

use leptos::prelude::*;
use leptos_meta::{HashedStylesheet, MetaTags};

use crate::{
    root::{App, ROOT},
    ui::{host::EmbeddedIn, page::text, read_only, theme},
};

/// Reloads the page once when one of its files is missing: during an update, the page may be of one release and the file
/// asked of a server of another one. Not again within a minute, so that a file that is missing for good does no harm.
const RELOAD_ONCE: &str = "{const again=()=>{try{const k='reloaded',n=Date.now();\
if(n-(sessionStorage[k]||0)>6e4){sessionStorage[k]=n;location.reload()}}catch{}};\
addEventListener('error',e=>{const a=e.target?.src||e.target?.href;\
if(a&&new URL(a,location).pathname.startsWith('/pkg/'))again()},true);\
addEventListener('unhandledrejection',e=>{if(/import|module|wasm/i.test(e.reason?.message))again()})}";

/// Once the console has stopped, links and forms work without it: its handlers get no events.
const PLAIN_WHEN_STOPPED: &str = "{for(const type of ['click','submit'])\
addEventListener(type,e=>{if(document.documentElement.dataset.stopped)e.stopImmediatePropagation()},true)}";

/// The class of the live stream, defined before the console starts.
const LIVE_STREAM: &str = include_str!("ui/live/live_stream.js");

/// Prints pages for paper in place of the console's own.
const PRINT: &str = include_str!("print.js");

/// The document that the server sends and the browser hydrates.
#[must_use]
pub fn shell(options: LeptosOptions) -> impl IntoView {
    let host = use_context::<EmbeddedIn>();
    view! {
        <!DOCTYPE html>
        <html
            lang="en"
            data-live="off"
            data-theme=theme::current().name()
            data-list=view_settings()
            data-access=read_only::mark()
            data-host=host.as_ref().map(|embedded| embedded.host.clone())
            data-until=host.as_ref().map(|embedded| embedded.until.to_string())
        >
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <meta name="theme-color" media="(prefers-color-scheme: light)" content="#f7f6f4"/>
                <meta name="theme-color" media="(prefers-color-scheme: dark)" content="#14130f"/>
                <meta name="referrer" content="same-origin"/>
                <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
                <script nonce=leptos::nonce::use_nonce() inner_html=format!("{RELOAD_ONCE}{PLAIN_WHEN_STOPPED}{LIVE_STREAM}{PRINT}")></script>
                {start::scripts(&options)}
                <HashedStylesheet id="style" options=options/>
                // Not deferred: it applies the host's colours before the first paint.
                {host.is_some().then(|| view! { <script src="/embed-frame.js"></script> })}
                <MetaTags/>
            </head>
            // Names, addresses and counts change under the reader: a browser that translates the page would replace the
            // nodes that the console updates. Long texts that never change are marked as translatable.
            <body translate="no">
                // Elements that extensions add to the body must not be where hydration expects others.
                <div id=ROOT>
                    <App/>
                </div>
                <p class="plain-note without-script">{text::WITHOUT_SCRIPT}</p>
                <p class="plain-note stopped-note" role="alert">{text::STOPPED} " " <a href="">{text::RELOAD}</a></p>
            </body>
        </html>
    }
}

/// The user's table settings, in the HTML before the first paint so that the layout does not shift.
#[cfg(feature = "ssr")]
fn view_settings() -> String {
    crate::ui::mailboxes::view_settings::ViewSettings::of_request().words()
}

#[cfg(not(feature = "ssr"))]
fn view_settings() -> String {
    String::new()
}
