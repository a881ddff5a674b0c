//! The slot meter: a bar, and the same in words.

use domain::slots::Pool;
use leptos::prelude::*;

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

/// Used, reserved (hatched, so that it reads without colour) and free slots.
#[component]
fn Meter(pool: Signal<Option<Pool>>) -> impl IntoView {
    let used = NodeRef::<leptos::html::Span>::new();
    let reserved = NodeRef::<leptos::html::Span>::new();
    // Widths are set through the CSSOM: the page's policy forbids `style` attributes.
    Effect::new(move |_| {
        let pool = pool.get();
        let (a, b) = pool.as_ref().map_or((0.0, 0.0), shares);
        for (node, share) in [(used.get(), a), (reserved.get(), b)] {
            if let Some(node) = node {
                _ = web_sys::HtmlElement::style(&node)
                    .set_property("flex-basis", &format!("{}%", share.round()));
            }
        }
    });
    let over = move || pool.read().as_ref().is_some_and(|p| p.over() > 0);
    view! {
        <div class="meter" role="group" aria-label="Slots" data-testid="meter" data-over=move || over().then_some("true")>
            <div class="meter-bar" aria-hidden="true">
                <span class="meter-used" node_ref=used></span>
                <span class="meter-reserved" node_ref=reserved></span>
            </div>
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
