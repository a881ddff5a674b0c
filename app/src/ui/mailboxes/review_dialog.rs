//! The review dialog: the count, the mailboxes left out with reasons, slots before and after, and the start button.

mod text;

use domain::{
    AppError,
    run::{Review, RunKind},
    sending::{PER_MAILBOX, PER_MAILBOX_MAX, SendLimit},
    slots::Pool,
};
use leptos::prelude::*;

use crate::ui::{
    components::{
        button::{Button, Variant},
        dialog::Dialog,
        notice::Refusal,
    },
    mailboxes::list::ListState,
    time, words,
};

/// The dialog of the list.
#[component]
pub(crate) fn ReviewDialog() -> impl IntoView {
    let list = ListState::here();
    let state = list.review;
    let title = Signal::derive(move || text::title(state.kind.get()));
    let confirm = move |()| state.confirm(list.console, list.delegation, move || list.clear());
    let variant = Signal::derive(move || match state.kind.get() {
        RunKind::Disconnect => Variant::Danger,
        _ => Variant::Primary,
    });
    let ready = move || state.review.read().as_ref().is_some_and(|review| review.takes > 0);
    let label = move || match state.review.read().as_ref() {
        Some(review) => text::confirm(review.kind, review.takes),
        None => state.kind.get().noun().to_owned(),
    };
    view! {
        <Dialog open=state.open id="review-title" title=title>
            <div class="dialog-body">
                {move || match state.review.get() {
                    Some(review) => view! { <Reviewed review=review/> }.into_any(),
                    None if state.refusal.read().is_some() => ().into_any(),
                    None => view! { <p class="review-wait" role="status">{text::LOADING_REVIEW}</p> }.into_any(),
                }}
                {move || state.refusal.get().map(|error| view! { <Refused error=error/> })}
                <div class="dialog-actions">
                    <Button label=text::BACK variant=Variant::Quiet on_press=move |()| state.open.set(false)/>
                    <Button
                        label=Signal::derive(label)
                        variant=variant
                        busy=state.busy
                        disabled=Signal::derive(move || state.busy.get() || !ready())
                        on_press=confirm
                    />
                </div>
            </div>
        </Dialog>
    }
}

/// The server's review.
#[component]
fn Reviewed(review: Review) -> impl IntoView {
    let after = review.left_after();
    let rough = time::rough(review.seconds);
    let slots = review.slots;
    view! {
        <p class="review-sum">
            <b>{words::n(review.takes)}</b>
            " "
            {text::mailbox(review.takes)}
            {text::will_be(review.kind)}
            {text::TAKES}{rough}{text::CAN_LEAVE}
        </p>
        {(!review.skipped.is_empty()).then(|| view! {
            <div class="review-skipped">
                <h3>{text::LEFT_OUT}</h3>
                <ul>
                    {review.skipped.iter().map(|(why, count)| view! {
                        <li><b>{words::n(*count)}</b>" "{why.clone()}</li>
                    }).collect_view()}
                </ul>
            </div>
        })}
        {review.pool.clone().map(|pool| view! { <Slots pool=pool slots=slots after=after/> })}
        {review.sending.map(|limit| view! { <Sending limit=limit/> })}
    }
}

/// The part of the organisation's daily sending limit that the connected mailboxes use, for an editable number of
/// messages.
#[component]
fn Sending(limit: SendLimit) -> impl IntoView {
    let per_mailbox = RwSignal::new(PER_MAILBOX);
    let typed = move |ev| {
        if let Ok(n) = event_target_value(&ev).parse::<u32>() {
            per_mailbox.set(n.min(PER_MAILBOX_MAX));
        }
    };
    let share = Memo::new(move |_| limit.share(per_mailbox.get()));
    view! {
        <div class="review-sending">
            <h3>{text::SENDING}</h3>
            <p>
                <label for="per-mailbox">{text::IF_EACH_SENDS}</label>
                <input
                    id="per-mailbox"
                    class="input input-number"
                    type="number"
                    min="1"
                    max=PER_MAILBOX_MAX
                    value=PER_MAILBOX
                    on:input=typed
                />
                {text::MESSAGES_A_DAY}
                <output for="per-mailbox" data-tone=move || (share.get().1 > 100).then_some("bad")>
                    {move || {
                        let (messages, percent) = share.get();
                        text::share(messages, limit.limit, percent)
                    }}
                </output>
            </p>
            <p class="review-fine">
                {text::limit_from(limit.mailboxes, limit.licences)}
            </p>
        </div>
    }
}

/// The table of slots: plan, limit, used, free before, this run, free after.
#[component]
fn Slots(pool: Pool, slots: u32, after: Option<u32>) -> impl IntoView {
    let unlimited = || text::NO_LIMIT.to_owned();
    let limit = pool.limit.map_or_else(unlimited, words::n);
    let free = pool.free().map_or_else(unlimited, words::n);
    let after = after.map_or_else(unlimited, words::n);
    view! {
        <table class="review-slots">
            <caption>{text::SLOTS}</caption>
            <thead>
                <tr>
                    <th scope="col">{text::PLAN}</th>
                    <th scope="col">{text::LIMIT}</th>
                    <th scope="col">{text::USED}</th>
                    <th scope="col">{text::FREE_BEFORE}</th>
                    <th scope="col">{text::THIS}</th>
                    <th scope="col">{text::FREE_AFTER}</th>
                </tr>
            </thead>
            <tbody>
                <tr>
                    <th scope="row">{pool.name.clone()}</th>
                    <td>{limit}</td>
                    <td>{words::n(pool.taken())}</td>
                    <td>{free}</td>
                    <td>{words::n(slots)}</td>
                    <td><b>{after}</b></td>
                </tr>
            </tbody>
        </table>
    }
}

/// A refusal; with too few slots it offers to take fewer mailboxes.
#[component]
fn Refused(error: AppError) -> impl IntoView {
    let list = ListState::here();
    let free = match &error {
        AppError::Slots(short) if short.free > 0 => Some(short.free),
        AppError::LimitExceeded { limit, .. } => Some(*limit),
        _ => None,
    };
    view! {
        <Refusal error=error>
            {free.map(|free| {
                let trim = move |()| {
                    list.trim(free);
                    let kind = list.review.kind.get_untracked();
                    list.review.ask(list.console, list.delegation, kind, list.selected());
                };
                view! { <Button label=text::take_first(free) on_press=trim/> }
            })}
        </Refusal>
    }
}
