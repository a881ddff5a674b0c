//! The slot meter: a bar, and the same in words.

use domain::slots::Pool;
use leptos::prelude::*;

use super::text;

/// One meter per pool of the plan.
#[component]
pub(crate) fn Meters(#[prop(into)] pools: Signal<Vec<Pool>>) -> impl IntoView {
    view! {
        <div class="meters">
            <For each=move || 0..pools.read().len() key=|i| *i let:i>
                <Meter pool=Signal::derive(move || pools.read().get(i).cloned())/>
            </For>
        </div>
    }
}

/// Used, reserved (striped, so that it is distinct without colour) and free slots. The bar is an SVG: the content
/// security policy forbids `style` attributes, and sizes in an SVG are plain attributes, which need no script.
#[component]
fn Meter(pool: Signal<Option<Pool>>) -> impl IntoView {
    let shares = Memo::new(move |_| pool.read().as_ref().map_or((0.0, 0.0), shares));
    let used = move || format!("{:.1}%", shares.get().0);
    let end = move || format!("{:.1}%", (shares.get().0 + shares.get().1).min(100.0));
    let over = move || pool.read().as_ref().is_some_and(|p| p.over() > 0);
    view! {
        <div class="meter" role="group" aria-label=text::SLOTS data-testid="meter" data-over=move || over().then_some("true")>
            <svg class="meter-bar" aria-hidden="true" width="100%" height="8">
                <rect class="meter-used" width=used height="8"></rect>
                <line class="meter-reserved" x1=used x2=end y1="4" y2="4"></line>
            </svg>
            <p class="meter-words">{move || pool.read().as_ref().map(Pool::sentence)}</p>
        </div>
    }
}

/// Percent used and percent reserved.
fn shares(pool: &Pool) -> (f64, f64) {
    let Some(limit) = pool.limit.filter(|limit| *limit > 0) else { return (0.0, 0.0) };
    let percent = |n: u32| (f64::from(n) * 100.0 / f64::from(limit)).min(100.0);
    (percent(pool.used + pool.used_elsewhere), percent(pool.reserved))
}
