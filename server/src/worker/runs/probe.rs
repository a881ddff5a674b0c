//! Connects, reconnects and checks mailboxes: requests each mailbox's inbox, twenty per batch.

mod outcome;

use std::time::Duration;

use domain::{
    Reason,
    delegation::DelegationState,
    ids::Millis,
    run::{RunKind, RunState},
    schedule::{BATCH, IN_FLIGHT, PAGE},
};
use futures::{StreamExt, stream};
use microsoft::{Class, Failure, MAX_BATCH_PARTS, Probe, Tenant, TenantId};
use tokio::time::{Instant, MissedTickBehavior, interval, interval_at};

use super::{concurrency::TimeSlice, context::RunContext, tenant_check};
use crate::tenant::reasons::tenant_reason;
use store::{ItemResult, Lease, StoreError, Verdict, WorkItem};

const _: () = assert!(BATCH <= MAX_BATCH_PARTS, "Graph refuses a larger batch");

/// Results are written when there are this many (one batch: with more, fifty runs on one writer would each wait for
/// over a second), or after [`FLUSH_AFTER`].
const FLUSH_AT: usize = BATCH;
const FLUSH_AFTER: Duration = Duration::from_millis(250);

/// The most requests that are repeated after a process is killed: those in flight, and those whose results were not
/// written yet (one short of a flush, and the batch that fills it).
pub const REPEATED_AFTER_CRASH: usize = IN_FLIGHT * BATCH + (FLUSH_AT - 1) + BATCH;

const PAUSE: Millis = 5 * 60 * 1_000;

/// Why the work on a page stopped early.
enum Stop {
    Shutdown,
    /// A cancellation or a pause was requested.
    Requested,
    /// The plan has ended, or has fewer slots than are taken.
    Slots(Reason),
    /// A call about the tenant itself fails.
    Tenant(Failure),
    /// No mailbox can be read, and a permission is missing.
    Lacking(Box<Verdict>),
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
        match page(cx, lease, &tenant, &tid, work.items).await? {
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
            Some(Stop::Lacking(verdict)) => return stop_for_verdict(cx, lease, &verdict).await,
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
    stop_for_verdict(cx, lease, &verdict).await
}

/// Pauses the run, and shows the verdict on the delegation.
async fn stop_for_verdict(cx: &RunContext, lease: &Lease, verdict: &Verdict) -> Result<(), StoreError> {
    cx.store.leased(lease).record_verdict(verdict).await?;
    let reason = Some(verdict.reason.unwrap_or(Reason::PermissionMissing));
    // A scheduled check is not continued: the syncs detect when the tenant works again.
    if lease.scheduled.is_some() {
        return cx.store.leased(lease).finish_sync_run(reason).await;
    }
    cx.store.leased(lease).park_run(RunState::Paused, reason, cx.store.now() + PAUSE).await
}

/// Requests one page of mailboxes and writes the results.
async fn page(
    cx: &RunContext,
    lease: &Lease,
    tenant: &Tenant,
    tid: &TenantId,
    items: Vec<WorkItem>,
) -> Result<Option<Stop>, StoreError> {
    // A mailbox that is connected for the first time may be a room that has a licence: its kind is asked as well, which
    // is a second part of the batch. The mailboxes in flight are as many.
    let with_kinds = lease.kind == RunKind::Connect;
    let (size, at_once) = if with_kinds { (BATCH / 2, 2 * IN_FLIGHT) } else { (BATCH, IN_FLIGHT) };
    let batches: Vec<Vec<WorkItem>> = items.chunks(size).map(<[WorkItem]>::to_vec).collect();
    let mut answers = stream::iter(batches)
        .map(|items| async move {
            let ids: Vec<String> = items.iter().map(|item| item.entra_id.clone()).collect();
            let answer = match with_kinds {
                true => tenant.probe_mailboxes(&ids).await,
                false => tenant.probe_inboxes(&ids).await,
            };
            (items, answer)
        })
        .buffer_unordered(at_once);
    // Whether the organisation is known to work.
    let mut works = false;
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
                Some((items, answer)) => {
                    let (suspects, stop) = sort((cx, lease), &items, answer, &mut works, &mut results);
                    if !suspects.is_empty() {
                        // Everything that is known is written before a check that may stop the run.
                        let requested = settle(cx, lease, &mut results).await?;
                        if let Some(stop) = resolve(cx, lease, tid, suspects, &mut works, &mut results).await? {
                            break Some(stop);
                        }
                        if requested.is_some() {
                            break requested;
                        }
                    }
                    if stop.is_some() {
                        break stop;
                    }
                    if results.len() >= FLUSH_AT && let Some(stop) = settle(cx, lease, &mut results).await? {
                        break Some(stop);
                    }
                }
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

/// A mailbox with a failure whose cause may be in the whole organisation.
type Suspect = (WorkItem, Failure);

/// Sorts the answers of one batch into results and suspects. One mailbox that can be read proves that the organisation
/// works. Returns also why to stop, if the tenant is throttled or Microsoft does not answer.
fn sort(
    (cx, lease): (&RunContext, &Lease),
    items: &[WorkItem],
    answer: Result<Vec<Probe>, Failure>,
    works: &mut bool,
    results: &mut Vec<ItemResult>,
) -> (Vec<Suspect>, Option<Stop>) {
    let probes = match answer {
        Ok(probes) => probes,
        Err(failure) if failure.class.is_transient() => return (Vec::new(), Some(Stop::Tenant(failure))),
        Err(failure) => {
            // The batch as a whole failed: it proves nothing about its mailboxes.
            *works = false;
            return (items.iter().map(|item| (item.clone(), failure.clone())).collect(), None);
        }
    };
    *works |= probes.iter().any(|probe| probe.outcome.is_ok());
    let (now, sources, scheduled) = (cx.store.now(), &cx.store.sources, lease.scheduled.is_some());
    let (mut suspects, mut stop) = (Vec::new(), None);
    for (item, probe) in items.iter().zip(probes) {
        match probe.outcome {
            Ok(()) => results.push(outcome::read(item, probe.purpose, now)),
            Err(failure) if failure.class == Class::Throttled => stop = Some(Stop::Tenant(failure)),
            Err(failure) if outcome::is_suspicious(&failure) && !*works => {
                suspects.push((item.clone(), failure))
            }
            Err(failure) => results.push(outcome::alone(sources, item, &failure, scheduled, now)),
        }
    }
    (suspects, stop)
}

/// Checks the organisation because of suspects. If it works, they fail by themselves; if that is not certain, they are
/// tried again.
async fn resolve(
    cx: &RunContext,
    lease: &Lease,
    tid: &TenantId,
    suspects: Vec<Suspect>,
    works: &mut bool,
    results: &mut Vec<ItemResult>,
) -> Result<Option<Stop>, StoreError> {
    let Some(checked) = tenant_check::check(cx, lease, tid).await? else { return Ok(Some(Stop::Shutdown)) };
    *works = match checked {
        Ok(verdict) if !verdict.reads_mail() => return Ok(Some(Stop::Lacking(Box::new(verdict)))),
        Ok(_) => true,
        Err(failure) if failure.is_certain() && !failure.class.is_transient() => {
            return Ok(Some(Stop::Tenant(failure)));
        }
        Err(_) => false,
    };
    let (now, sources, scheduled) = (cx.store.now(), &cx.store.sources, lease.scheduled.is_some());
    results.extend(suspects.into_iter().map(|(item, failure)| match *works {
        // A batch that failed as a whole says nothing about its mailboxes.
        true if outcome::is_suspicious(&failure) => outcome::alone(sources, &item, &failure, scheduled, now),
        _ => outcome::doubtful(sources, &item, &failure, now),
    }));
    Ok(None)
}
