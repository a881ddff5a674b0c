//! Connects, reconnects and checks mailboxes: requests each mailbox's inbox, twenty per batch.

use std::{collections::HashMap, time::Duration};

use domain::{
    Reason,
    delegation::DelegationState,
    ids::Millis,
    run::RunState,
    schedule::{BATCH, IN_FLIGHT, PAGE},
};
use futures::{StreamExt, stream};
use microsoft::{Class, Failure, MAX_BATCH_PARTS, Tenant, TenantId};
use tokio::time::{Instant, MissedTickBehavior, interval, interval_at};

use super::{concurrency::TimeSlice, context::RunContext};
use crate::tenant::reasons::{mailbox_reason, tenant_reason};
use store::{ItemOutcome, ItemResult, Lease, StoreError, Verdict, WorkItem};

const _: () = assert!(BATCH <= MAX_BATCH_PARTS, "Graph refuses a larger batch");

/// Results are written when there are this many (one batch: with more, fifty runs on one writer would each wait for
/// over a second), or after [`FLUSH_AFTER`].
const FLUSH_AT: usize = BATCH;
const FLUSH_AFTER: Duration = Duration::from_millis(250);

/// The most requests that are repeated after a process is killed: those in flight, and those whose results were not
/// written yet (one short of a flush, and the batch that fills it).
pub const REPEATED_AFTER_CRASH: usize = IN_FLIGHT * BATCH + (FLUSH_AT - 1) + BATCH;

/// Attempts at one mailbox before a transient failure becomes its result.
const MAX_ATTEMPTS: u32 = 5;
const PAUSE: Millis = 5 * 60 * 1_000;

/// Why the work on a page stopped early.
enum Stop {
    Shutdown,
    /// A cancellation or a pause was requested.
    Requested,
    /// The plan has ended, or has fewer slots than are taken.
    Slots(Reason),
    /// A failure that every further mailbox would have too.
    Tenant(Failure),
}

pub(super) async fn run(cx: &RunContext, lease: &Lease, slice: &TimeSlice) -> Result<(), StoreError> {
    let delegation = cx.store.delegations(&lease.ctx).delegation(lease.delegation).await?.view;
    let Some(tid) = delegation.tid.as_deref().and_then(|tid| tid.parse::<TenantId>().ok()) else {
        return cx
            .store
            .leased(lease)
            .park_run(RunState::Paused, Some(Reason::ConsentMissing), cx.store.now() + PAUSE)
            .await;
    };
    let tenant = cx.microsoft.tenant(&tid);
    loop {
        let work = cx.store.leased(lease).work(PAGE).await?;
        if work.cancel_requested {
            cx.store.leased(lease).finish_run(true).await?;
            return Ok(());
        }
        // A run with no work left ends instead of pausing.
        if work.pause_requested && (!work.items.is_empty() || work.next_retry.is_some()) {
            return cx.store.leased(lease).release().await;
        }
        if let Some(reason) = work.over {
            return wait_for_slots(cx, lease, reason).await;
        }
        if work.items.is_empty() {
            return match work.next_retry {
                Some(at) => {
                    cx.store
                        .leased(lease)
                        .park_run(RunState::Waiting, Some(Reason::MicrosoftUnavailable), at)
                        .await
                }
                None => cx.store.leased(lease).finish_run(false).await.map(|_| ()),
            };
        }
        match page(cx, lease, &tenant, work.items).await? {
            None => {
                if let Some(cursor) = &work.cursor {
                    cx.store.leased(lease).advance(cursor).await?;
                }
                if slice.is_over() {
                    return cx.store.leased(lease).release().await;
                }
            }
            Some(Stop::Shutdown) => return cx.store.leased(lease).release().await,
            // The next iteration reads the request and acts on it.
            Some(Stop::Requested) => {}
            Some(Stop::Slots(reason)) => return wait_for_slots(cx, lease, reason).await,
            Some(Stop::Tenant(failure)) => return stop_for_tenant(cx, lease, &failure).await,
        }
    }
}

/// Pauses the run. Connected mailboxes stay connected, the others keep their reservations, and a larger plan resumes
/// the run at once.
async fn wait_for_slots(cx: &RunContext, lease: &Lease, reason: Reason) -> Result<(), StoreError> {
    cx.store.leased(lease).park_run(RunState::Paused, Some(reason), cx.store.now() + PAUSE).await
}

/// Throttling and outages make the run wait; a cause in the tenant pauses it and is shown on the delegation.
async fn stop_for_tenant(cx: &RunContext, lease: &Lease, failure: &Failure) -> Result<(), StoreError> {
    let (now, reason) = (cx.store.now(), tenant_reason(failure, true));
    if failure.class.is_transient() {
        let wait = failure.retry_after.unwrap_or_else(|| Duration::from_secs(1 << lease.attempt.min(6)));
        let wait = Millis::try_from(wait.as_millis()).unwrap_or(PAUSE);
        let until = now + cx.store.sources.spread(wait);
        return cx.store.leased(lease).park_run(RunState::Waiting, Some(reason), until).await;
    }
    tracing::warn!(run.id = %lease.run, %failure, "run paused by a tenant-wide cause");
    let verdict = Verdict {
        state: DelegationState::Broken,
        reason: Some(reason),
        checklist: None,
        organisation: None,
        service_principal: None,
    };
    cx.store.leased(lease).record_verdict(&verdict).await?;
    // A scheduled check is not continued: the syncs detect when the tenant works again.
    if lease.scheduled.is_some() {
        return cx.store.leased(lease).finish_sync_run(Some(reason)).await;
    }
    cx.store.leased(lease).park_run(RunState::Paused, Some(reason), now + PAUSE).await
}

/// Requests one page of mailboxes and writes the results.
async fn page(
    cx: &RunContext,
    lease: &Lease,
    tenant: &Tenant,
    items: Vec<WorkItem>,
) -> Result<Option<Stop>, StoreError> {
    let ids: Vec<Vec<String>> =
        items.chunks(BATCH).map(|chunk| chunk.iter().map(|item| item.entra_id.clone()).collect()).collect();
    let by_id: HashMap<String, WorkItem> =
        items.into_iter().map(|item| (item.entra_id.clone(), item)).collect();
    let mut answers = stream::iter(ids)
        .map(|ids| async move { tenant.probe_inboxes(&ids).await })
        .buffer_unordered(IN_FLIGHT);
    let mut pauses = tenant.watch_pauses();
    let mut results: Vec<ItemResult> = Vec::new();
    let renew_every = cx.store.renew_every();
    // The lease was just renewed: a page begins without a renewal.
    let (mut flush, mut renew) =
        (interval(FLUSH_AFTER), interval_at(Instant::now() + renew_every, renew_every));
    // Ticks missed during a slow write are not made up for.
    flush.set_missed_tick_behavior(MissedTickBehavior::Delay);
    renew.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let stop = loop {
        tokio::select! {
            answer = answers.next() => match answer {
                None => break None,
                Some(Ok(probes)) => {
                    let now = cx.store.now();
                    for probe in probes {
                        let Some(item) = by_id.get(&probe.id) else { continue };
                        match outcome_of(cx, item, probe.outcome, now) {
                            Ok(outcome) => results.push(ItemResult { mailbox: item.mailbox, outcome }),
                            Err(failure) => {
                                settle(cx, lease, &mut results).await?;
                                return Ok(Some(Stop::Tenant(failure)));
                            }
                        }
                    }
                    if results.len() >= FLUSH_AT && let Some(stop) = settle(cx, lease, &mut results).await? {
                        break Some(stop);
                    }
                }
                Some(Err(failure)) => break Some(Stop::Tenant(failure)),
            },
            _ = flush.tick() => if let Some(stop) = settle(cx, lease, &mut results).await? { break Some(stop) },
            _ = renew.tick() => if cx.renewed(lease).await? { break Some(Stop::Requested) },
            changed = pauses.changed() => {
                let until = changed.ok().and_then(|()| *pauses.borrow_and_update());
                if let Some(left) = until.and_then(|until| until.checked_duration_since(Instant::now())) {
                    let left = Millis::try_from(left.as_millis()).unwrap_or(PAUSE);
                    cx.store.leased(lease).show_waiting(cx.store.now() + left).await?;
                }
            }
            () = cx.shutdown.cancelled() => break Some(Stop::Shutdown),
        }
    };
    let last = settle(cx, lease, &mut results).await?;
    Ok(stop.or(last))
}

/// Writes the results so far, also through an outage of the database, so that no request is repeated. Returns why to
/// stop, if there is a reason.
async fn settle(
    cx: &RunContext,
    lease: &Lease,
    results: &mut Vec<ItemResult>,
) -> Result<Option<Stop>, StoreError> {
    if results.is_empty() {
        return Ok(None);
    }
    let progress = cx.persist(|| cx.store.leased(lease).settle(results)).await?;
    results.clear();
    let requested = progress.cancel_requested || progress.pause_requested;
    Ok(if requested { Some(Stop::Requested) } else { progress.over.map(Stop::Slots) })
}

/// The outcome for a mailbox from Microsoft's answer.
///
/// # Errors
/// The failure, when it concerns the whole tenant.
fn outcome_of(
    cx: &RunContext,
    item: &WorkItem,
    outcome: Result<(), Failure>,
    now: Millis,
) -> Result<ItemOutcome, Failure> {
    let Err(failure) = outcome else { return Ok(ItemOutcome::Done) };
    if failure.class.is_tenant_wide() {
        return Err(failure);
    }
    let is_retry =
        failure.class.is_transient() && (item.attempt < MAX_ATTEMPTS || failure.class == Class::Throttled);
    if is_retry {
        let wait = failure.retry_after.unwrap_or_else(|| Duration::from_secs(2 << item.attempt.min(6)));
        let wait = Millis::try_from(wait.as_millis()).unwrap_or(PAUSE);
        return Ok(ItemOutcome::Retry(now + cx.store.sources.spread(wait)));
    }
    Ok(ItemOutcome::Failed(mailbox_reason(&failure, item, now)))
}
