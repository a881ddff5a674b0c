//! The review dialog: how many, what is left out and why, slots before and after, and the button with its number.

use domain::{
    AppError,
    run::{Review, RunKind},
    sending::{PER_MAILBOX, PER_MAILBOX_MAX, SendLimit},
    slots::Pool,
    text,
};
use leptos::prelude::*;

use crate::ui::{
    components::{
        dialog::Dialog,
        notice::Refusal,
        press::{Look, Press},
    },
    mailboxes::list::ListState,
    time, words,
};

/// The dialog of the list.
#[component]
pub(crate) fn ReviewDialog() -> impl IntoView {
    let list = ListState::here();
    let state = list.review;
    let title = Signal::derive(move || format!("Review: {}", state.kind.get().noun().to_lowercase()));
    let confirm = move |()| state.confirm(list.console, list.delegation, move || list.clear());
    let look = Signal::derive(move || match state.kind.get() {
        RunKind::Disconnect => Look::Danger,
        _ => Look::Primary,
    });
    let ready = move || state.review.read().as_ref().is_some_and(|review| review.takes > 0);
    let label = move || match state.review.read().as_ref() {
        Some(review) => format!("{} {}", review.kind.noun(), text::mailboxes(u64::from(review.takes))),
        None => state.kind.get().noun().to_owned(),
    };
    view! {
        <Dialog open=state.open id="review-title" title=title>
            <div class="dialog-body">
                {move || match state.review.get() {
                    Some(review) => view! { <Answer review=review/> }.into_any(),
                    None if state.refusal.read().is_some() => ().into_any(),
                    None => view! { <p class="review-wait" role="status">"Looking at your selection…"</p> }.into_any(),
                }}
                {move || state.refusal.get().map(|error| view! { <Refused error=error/> })}
                <div class="dialog-actions">
                    <Press label="Back" look=Look::Quiet on_press=move |()| state.open.set(false)/>
                    <Press
                        label=Signal::derive(label)
                        look=look
                        busy=state.busy
                        disabled=Signal::derive(move || state.busy.get() || !ready())
                        on_press=confirm
                    />
                </div>
            </div>
        </Dialog>
    }
}

/// What the server says would happen.
#[component]
fn Answer(review: Review) -> impl IntoView {
    let after = review.left_after();
    let rough = time::rough(review.seconds);
    let slots = review.slots;
    view! {
        <p class="review-sum">
            <b>{words::n(review.takes)}</b>
            " "
            {if review.takes == 1 { "mailbox" } else { "mailboxes" }}
            {match review.kind {
                RunKind::Connect => " will be connected",
                RunKind::Reconnect => " will be reconnected",
                RunKind::Disconnect => " will be disconnected. You can undo that for 10 seconds; then their slots are free",
                RunKind::Verify | RunKind::Sync => " will be checked",
            }}
            ". It takes "{rough}", and you can leave the page."
        </p>
        {(!review.skipped.is_empty()).then(|| view! {
            <div class="review-skipped">
                <h3>"Left out"</h3>
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

/// What part of the organisation's daily sending limit the connected mailboxes take, for an amount to try out.
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
            <h3>"Sending, once they are warmed up"</h3>
            <p>
                <label for="per-mailbox">"If each sends"</label>
                <input
                    id="per-mailbox"
                    class="input input-number"
                    type="number"
                    min="1"
                    max=PER_MAILBOX_MAX
                    value=PER_MAILBOX
                    on:input=typed
                />
                " messages a day: "
                <output for="per-mailbox" data-tone=move || (share.get().1 > 100).then_some("bad")>
                    {move || {
                        let (messages, percent) = share.get();
                        format!(
                            "{} of {}, {percent} % of what Microsoft lets your organisation send outside in a day.",
                            text::number(messages),
                            words::n(limit.limit),
                        )
                    }}
                </output>
            </p>
            <p class="review-fine">
                {format!(
                    "{} would be connected then. Microsoft reckons the limit from your {}.",
                    text::mailboxes(u64::from(limit.mailboxes)),
                    text::counted(u64::from(limit.licences), "licence", "licences"),
                )}
            </p>
        </div>
    }
}

/// Pool, limit, used, this, after.
#[component]
fn Slots(pool: Pool, slots: u32, after: Option<u32>) -> impl IntoView {
    let unlimited = || "no limit".to_owned();
    let limit = pool.limit.map_or_else(unlimited, words::n);
    let free = pool.free().map_or_else(unlimited, words::n);
    let after = after.map_or_else(unlimited, words::n);
    view! {
        <table class="review-slots">
            <caption>"Slots"</caption>
            <thead>
                <tr>
                    <th scope="col">"Plan"</th>
                    <th scope="col">"Limit"</th>
                    <th scope="col">"Used"</th>
                    <th scope="col">"Free before"</th>
                    <th scope="col">"This"</th>
                    <th scope="col">"Free after"</th>
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

/// A refusal in place; too few slots offers to take fewer.
#[component]
fn Refused(error: AppError) -> impl IntoView {
    let list = ListState::here();
    let free = match &error {
        AppError::Slots(short) if short.free > 0 => Some(short.free),
        AppError::TooMany { limit, .. } => Some(*limit),
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
                view! { <Press label=format!("Take the first {}", words::n(free)) on_press=trim/> }
            })}
        </Refusal>
    }
}
