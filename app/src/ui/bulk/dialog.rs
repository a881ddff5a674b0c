//! The dialog of a review: the count, the mailboxes left out with reasons, the effects, and the start button.

use domain::{
    AppError,
    bulk::{BulkKind, NAME_ABOVE, Review},
    run::RunKind,
};
use leptos::prelude::*;

use super::{
    effects::{Sending, Slots},
    request::Bulk,
    text,
};
use crate::ui::{
    components::{
        button::{Button, Variant},
        dialog::Dialog,
        notice::Refusal,
        typed_name::{TypedName, is_typed},
    },
    console::Console,
    time, words,
};

/// The dialog of the page.
#[component]
pub(crate) fn ReviewDialog() -> impl IntoView {
    let bulk = Bulk::here();
    let organisation = Console::here().organisation();
    let title = Signal::derive(move || text::title(bulk.kind.get()));
    let variant = Signal::derive(move || match bulk.kind.get() {
        BulkKind::Run(RunKind::Disconnect) => Variant::Danger,
        _ => Variant::Primary,
    });
    let names = Memo::new(move |_| bulk.review.read().as_ref().is_some_and(asks_for_name));
    let ready = move || {
        let takes = bulk.review.read().as_ref().is_some_and(|review| review.takes > 0);
        takes && (!names.get() || is_typed(&bulk.typed.read(), &organisation.read()))
    };
    let label = move || match bulk.review.read().as_ref() {
        Some(review) => text::confirm(review.kind, review.takes),
        None => bulk.kind.get().verb().to_owned(),
    };
    view! {
        <Dialog open=bulk.open id="review-title" title=title>
            <div class="dialog-body">
                {move || match bulk.review.get() {
                    Some(review) => view! { <Reviewed review=review/> }.into_any(),
                    None if bulk.refusal.read().is_some() => ().into_any(),
                    None => view! { <p class="review-wait" role="status">{text::LOADING_REVIEW}</p> }.into_any(),
                }}
                {move || names.get().then(|| view! {
                    <TypedName id="review-name" name=organisation typed=bulk.typed/>
                })}
                {move || bulk.refusal.get().map(|error| view! { <Refused error=error/> })}
                <div class="dialog-actions">
                    <Button label=text::BACK variant=Variant::Quiet on_press=move |()| bulk.open.set(false)/>
                    <Button
                        label=Signal::derive(label)
                        variant=variant
                        busy=bulk.busy
                        disabled=Signal::derive(move || bulk.busy.get() || !ready())
                        on_press=move |()| bulk.confirm()
                    />
                </div>
            </div>
        </Dialog>
    }
}

/// Whether the name of the organisation is typed before the action begins.
fn asks_for_name(review: &Review) -> bool {
    review.kind == BulkKind::Run(RunKind::Disconnect) && review.takes > NAME_ABOVE
}

/// The server's review.
#[component]
fn Reviewed(review: Review) -> impl IntoView {
    let frees = review.frees();
    let seconds = review.seconds.map(time::rough);
    let part = |count: u32, why: String| view! { <li><b>{words::n(count)}</b>" "{why}</li> };
    view! {
        <p class="review-sum">
            <b>{words::n(review.takes)}</b>
            " "
            {text::mailbox(review.takes)}
            {text::will_be(review.kind, frees, seconds.as_deref())}
        </p>
        {(!review.skipped.is_empty() || review.beyond > 0).then(|| view! {
            <div class="review-skipped">
                <h3>{text::LEFT_OUT}</h3>
                <ul>
                    {review.skipped.iter().map(|(why, count)| part(*count, why.clone())).collect_view()}
                    {(review.beyond > 0).then(|| part(review.beyond, text::beyond()))}
                </ul>
            </div>
        })}
        {(!review.pools.is_empty()).then(|| view! { <Slots changes=review.pools/> })}
        {review.sending.map(|limit| view! { <Sending limit=limit/> })}
    }
}

/// A refusal; with too few slots it offers to take fewer mailboxes.
#[component]
fn Refused(error: AppError) -> impl IntoView {
    let bulk = Bulk::here();
    let first = match &error {
        AppError::Slots(short) if short.free > 0 => Some(short.free),
        AppError::LimitExceeded { limit, .. } => Some(*limit),
        _ => None,
    };
    view! {
        <Refusal error=error>
            {first.filter(|_| bulk.can_take_fewer()).map(|first| view! {
                <Button label=text::take_first(first) on_press=move |()| bulk.take_first(first)/>
            })}
        </Refusal>
    }
}
