//! Times: in UTC in the server's HTML, in the user's time zone and language once the page is hydrated.

use domain::ids::Millis;
use leptos::prelude::*;

use crate::ui::{browser, console::Console, time};

/// "2 min ago", or the date when it is long ago.
#[component]
pub(crate) fn Ago(at: Millis) -> impl IntoView {
    let now = Console::here().now;
    let words = move || match now.get() {
        None => time::date_and_time(at),
        Some(now) => time::ago(now, at)
            .or_else(|| browser::local(at, "dateStyle", "medium"))
            .unwrap_or_else(|| time::date(at)),
    };
    view! { <time datetime=time::iso(at)>{words}</time> }
}

/// "12 Nov 2026".
#[component]
pub(crate) fn Day(at: Millis) -> impl IntoView {
    let now = Console::here().now;
    let live = Memo::new(move |_| now.read().is_some());
    let words = move || {
        let local = live.get().then(|| browser::local(at, "dateStyle", "medium")).flatten();
        local.unwrap_or_else(|| time::date(at))
    };
    view! { <time datetime=time::iso(at)>{words}</time> }
}

/// "17:49:05".
#[component]
pub(crate) fn Clock(at: Millis) -> impl IntoView {
    let now = Console::here().now;
    let live = Memo::new(move |_| now.read().is_some());
    let words = move || {
        let local = live.get().then(|| browser::local(at, "timeStyle", "medium")).flatten();
        local.unwrap_or_else(|| time::clock(at))
    };
    view! { <time datetime=time::iso(at)>{words}</time> }
}

/// "23 Nov 2026, 17:49".
#[component]
pub(crate) fn Moment(at: Millis) -> impl IntoView {
    let now = Console::here().now;
    let live = Memo::new(move |_| now.read().is_some());
    let local = move || {
        let day = browser::local(at, "dateStyle", "medium")?;
        Some(format!("{day}, {}", browser::local(at, "timeStyle", "short")?))
    };
    let words = move || live.get().then(local).flatten().unwrap_or_else(|| time::date_and_time(at));
    view! { <time datetime=time::iso(at)>{words}</time> }
}
