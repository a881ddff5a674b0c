//! The effects of an action on the slots and on the sending limit.

use domain::{
    bulk::PoolChange,
    sending::{PER_MAILBOX, PER_MAILBOX_MAX, SendLimit},
};
use leptos::prelude::*;

use super::text;
use crate::ui::words;

/// The part of the organisation's daily sending limit that the connected mailboxes use, for an editable number of
/// messages.
#[component]
pub(super) fn Sending(limit: SendLimit) -> impl IntoView {
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

/// The table of slots: for each plan its limit, what is used and free before, the change, and what is free after.
#[component]
pub(super) fn Slots(changes: Vec<PoolChange>) -> impl IntoView {
    let count = |n: Option<u32>| n.map_or_else(|| text::NO_LIMIT.to_owned(), words::n);
    let frees = changes.iter().any(|change| change.frees > 0);
    let rows = changes.into_iter().map(|change| {
        let (takes, limit, free, after) =
            (change.takes, change.pool.limit, change.pool.free(), change.free_after());
        view! {
            <tr>
                <th scope="row">{change.pool.name.clone()}</th>
                <td>{count(limit)}</td>
                <td>{words::n(change.pool.taken())}</td>
                <td>{count(free)}</td>
                <td>{words::n(if frees { change.frees } else { takes })}</td>
                <td><b>{count(after)}</b></td>
            </tr>
        }
    });
    view! {
        <table class="review-slots">
            <caption>{text::SLOTS}</caption>
            <thead>
                <tr>
                    <th scope="col">{text::PLAN}</th>
                    <th scope="col">{text::LIMIT}</th>
                    <th scope="col">{text::USED}</th>
                    <th scope="col">{text::FREE_BEFORE}</th>
                    <th scope="col">{if frees { text::FREES } else { text::TAKES }}</th>
                    <th scope="col">{text::FREE_AFTER}</th>
                </tr>
            </thead>
            <tbody>{rows.collect_view()}</tbody>
        </table>
    }
}
