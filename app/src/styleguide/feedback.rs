//! Feedback components: status, meters, progress, notices, checklist, empty and loading states.

use domain::{
    Reason,
    connection::{Connection, Tone},
    delegation::{Answer, Check},
    permissions::REQUIRED,
    slots::{PlanState, Pool},
};
use leptos::prelude::*;

use super::group::group;
use crate::ui::components::{
    checklist::Checklist, empty::Empty, meter::Meters, notice::Notice, progress::Progress,
    skeleton::Skeleton, status::Status,
};

fn pool(limit: Option<u32>, used: u32, reserved: u32, plan: PlanState) -> Pool {
    Pool { plan_type_id: "p".into(), name: "Warm-up".into(), limit, used_elsewhere: 0, used, reserved, plan }
}

/// A reason that each state may have.
fn reason(connection: Connection) -> Option<Reason> {
    match connection {
        Connection::Ineligible => Some(Reason::NoExchangeLicense),
        Connection::NeedsAttention => Some(Reason::OutOfScope),
        Connection::Failed => Some(Reason::MailboxNotProvisioned),
        _ => None,
    }
}

fn checks() -> Vec<Check> {
    let answers = [
        (Answer::Yes, Answer::Yes, None),
        (Answer::Pending, Answer::Pending, None),
        (Answer::Yes, Answer::No, Some(Reason::OutOfScope)),
        (Answer::NotTried, Answer::NotTried, None),
        (Answer::No, Answer::No, Some(Reason::PermissionMissing)),
    ];
    REQUIRED
        .iter()
        .zip(answers)
        .map(|(permission, (granted, works, reason))| Check {
            permission: permission.name.to_owned(),
            granted,
            works,
            reason,
        })
        .collect()
}

pub(super) fn section() -> AnyView {
    let meters = [
        pool(Some(500), 0, 0, PlanState::Active),
        pool(Some(500), 188, 60, PlanState::Active),
        pool(Some(500), 500, 0, PlanState::Active),
        pool(Some(500), 512, 0, PlanState::Active),
        pool(None, 1_200, 0, PlanState::Active),
        pool(Some(500), 188, 0, PlanState::Inactive),
    ];
    let progress = |value: u32, max: u32| {
        view! { <Progress label="Example" value=Signal::stored(value) max=Signal::stored(max)/> }
    };
    view! {
        {group("Status", view! {
            <ul class="guide-rows">
                {Connection::ALL.into_iter().map(|connection| view! {
                    <li>
                        <Status connection=connection reason=reason(connection) busy=false connected_at=Some(1_764_000_000_000)/>
                    </li>
                }).collect_view()}
                <li><Status connection=Connection::Connected reason=None busy=true connected_at=None/></li>
            </ul>
        })}
        {group("Slots", view! { <Meters pools=Signal::stored(meters.to_vec())/> })}
        {group("Progress", view! { {progress(0, 1_000)} {progress(430, 1_000)} {progress(1_000, 1_000)} {progress(0, 0)} })}
        {group("Notices", [Tone::Good, Tone::Quiet, Tone::Busy, Tone::Attention, Tone::Bad].map(|tone| view! {
            <Notice tone=tone>
                <p class="notice-title">"What happened"</p>
                <p>"What was kept, and "<a href="#notices">"what to do"</a>"."</p>
            </Notice>
        }).collect_view())}
        {group("Checklist", view! { <Checklist checks=Signal::stored(checks())/> })}
        {group("Empty", view! { <Empty icon="search" title="Nothing matches" text="No mailbox of this list matches the search."/> })}
        {group("Loading", view! { <Skeleton/> })}
    }
    .into_any()
}
