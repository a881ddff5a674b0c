//! Connecting, reconnecting and checking: each mailbox's inbox is asked for, twenty to a batch.

use std::{collections::HashMap, time::Duration};

use domain::{
    Reason,
    cadence::{BATCH, IN_FLIGHT, PAGE},
    delegation::DelegationState,
    ids::Millis,
    run::RunState,
};
use futures::{StreamExt, stream};
use microsoft::{Class, Failure, Tenant, TenantId};
use tokio::time::{Instant, MissedTickBehavior, interval, interval_at};

use super::{
    places::Turn,
    runner::Desk,
    translate::{mailbox_reason, tenant_reason},
};
use crate::store::{Fate, Lease, Settled, StoreError, Verdict, WorkItem};

/// Results are written when so many have come (a batch: with larger ones, fifty runs on one writer would each wait for
/// over a second), or so much time has passed.
const FLUSH_AT: usize = BATCH;
const FLUSH_AFTER: Duration = Duration::from_millis(250);

/// A process that is killed repeats at most so many questions: those in flight, and the answers that were not written
/// yet (one short of a flush, and the batch that fills it).
pub const REPEATED_AFTER_CRASH: usize = IN_FLIGHT * BATCH + (FLUSH_AT - 1) + BATCH;

/// Tries of one mailbox before a passing failure is called one.
const TRIES: u32 = 5;
const PAUSE: Millis = 5 * 60 * 1_000;

/// Why the work on a page ended before its end.
enum Stop {
    Shutdown,
    /// Somebody asked to cancel or to pause.
    Asked,
    /// The plan has shrunk below what is taken, or ended.
    Slots(Reason),
    /// Every further mailbox would meet the same.
    Tenant(Failure),
}

pub(super) async fn run(desk: &Desk, lease: &Lease, turn: &Turn) -> Result<(), StoreError> {
    let delegation = desk.store.delegation(&lease.ctx, lease.delegation).await?.view;
    let Some(tid) = delegation.tid.as_deref().and_then(|tid| tid.parse::<TenantId>().ok()) else {
        return desk
            .store
            .park_run(lease, RunState::Paused, Some(Reason::ConsentMissing), desk.store.now() + PAUSE)
            .await;
    };
    let tenant = desk.microsoft.tenant(&tid);
    loop {
        let work = desk.store.work(lease, PAGE).await?;
        if work.cancel_requested {
            desk.store.finish_run(lease, true).await?;
            return Ok(());
        }
        // With nothing left to do it ends rather than waits.
        if work.pause_requested && (!work.items.is_empty() || work.next_retry.is_some()) {
            return desk.store.hand_back(lease).await;
        }
        if let Some(reason) = work.over {
            return wait_for_slots(desk, lease, reason).await;
        }
        if work.items.is_empty() {
            return match work.next_retry {
                Some(at) => {
                    desk.store
                        .park_run(lease, RunState::Waiting, Some(Reason::MicrosoftUnavailable), at)
                        .await
                }
                None => desk.store.finish_run(lease, false).await.map(|_| ()),
            };
        }
        match page(desk, lease, &tenant, work.items).await? {
            None => {
                if let Some(cursor) = &work.cursor {
                    desk.store.advance(lease, cursor).await?;
                }
                if turn.is_over() {
                    return desk.store.hand_back(lease).await;
                }
            }
            Some(Stop::Shutdown) => return desk.store.hand_back(lease).await,
            // The next look at the work sees the request and acts on it.
            Some(Stop::Asked) => {}
            Some(Stop::Slots(reason)) => return wait_for_slots(desk, lease, reason).await,
            Some(Stop::Tenant(failure)) => return stop_for_tenant(desk, lease, &failure).await,
        }
    }
}

/// What is connected stays, what is not keeps its reservation, and a larger plan goes on with it at once.
async fn wait_for_slots(desk: &Desk, lease: &Lease, reason: Reason) -> Result<(), StoreError> {
    desk.store.park_run(lease, RunState::Paused, Some(reason), desk.store.now() + PAUSE).await
}

/// Throttling and outages make the run wait; a cause in the tenant pauses it and is shown on the delegation.
async fn stop_for_tenant(desk: &Desk, lease: &Lease, failure: &Failure) -> Result<(), StoreError> {
    let (now, reason) = (desk.store.now(), tenant_reason(failure, true));
    if failure.class.is_transient() {
        let wait = failure.retry_after.unwrap_or_else(|| Duration::from_secs(1 << lease.attempt.min(6)));
        let wait = Millis::try_from(wait.as_millis()).unwrap_or(PAUSE);
        let until = now + desk.store.sources.spread(wait);
        return desk.store.park_run(lease, RunState::Waiting, Some(reason), until).await;
    }
    tracing::warn!(run.id = %lease.run, %failure, "run paused by a tenant-wide cause");
    let verdict = Verdict {
        state: DelegationState::Broken,
        reason: Some(reason),
        checklist: None,
        organisation: None,
        service_principal: None,
    };
    desk.store.judge_delegation(lease, &verdict).await?;
    // Nobody waits for it; the syncs find out when it can be done again.
    if lease.watch.is_some() {
        return desk.store.finish_sync_run(lease, Some(reason)).await;
    }
    desk.store.park_run(lease, RunState::Paused, Some(reason), now + PAUSE).await
}

/// Asks for one page of mailboxes and writes what comes back.
async fn page(
    desk: &Desk,
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
    let mut pauses = tenant.on_pause();
    let mut results: Vec<Settled> = Vec::new();
    let renew_every = desk.store.renew_every();
    // The lease is fresh: a page begins with no renewal.
    let (mut flush, mut renew) =
        (interval(FLUSH_AFTER), interval_at(Instant::now() + renew_every, renew_every));
    // Ticks that a slow database has swallowed need no catching up.
    flush.set_missed_tick_behavior(MissedTickBehavior::Delay);
    renew.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let stop = loop {
        tokio::select! {
            answer = answers.next() => match answer {
                None => break None,
                Some(Ok(probes)) => {
                    let now = desk.store.now();
                    for probe in probes {
                        let Some(item) = by_id.get(&probe.id) else { continue };
                        match fate(desk, item, probe.outcome, now) {
                            Ok(fate) => results.push(Settled { mailbox: item.mailbox, fate }),
                            Err(failure) => {
                                settle(desk, lease, &mut results).await?;
                                return Ok(Some(Stop::Tenant(failure)));
                            }
                        }
                    }
                    if results.len() >= FLUSH_AT && let Some(stop) = settle(desk, lease, &mut results).await? {
                        break Some(stop);
                    }
                }
                Some(Err(failure)) => break Some(Stop::Tenant(failure)),
            },
            _ = flush.tick() => if let Some(stop) = settle(desk, lease, &mut results).await? { break Some(stop) },
            _ = renew.tick() => if desk.renewed(lease).await? { break Some(Stop::Asked) },
            changed = pauses.changed() => {
                let until = changed.ok().and_then(|()| *pauses.borrow_and_update());
                if let Some(left) = until.and_then(|until| until.checked_duration_since(Instant::now())) {
                    let left = Millis::try_from(left.as_millis()).unwrap_or(PAUSE);
                    desk.store.show_waiting(lease, desk.store.now() + left).await?;
                }
            }
            () = desk.shutdown.cancelled() => break Some(Stop::Shutdown),
        }
    };
    let last = settle(desk, lease, &mut results).await?;
    Ok(stop.or(last))
}

/// Writes what has come so far, however long the database takes: it need not be asked for again. Returns why to stop, if there is a reason to.
async fn settle(desk: &Desk, lease: &Lease, results: &mut Vec<Settled>) -> Result<Option<Stop>, StoreError> {
    if results.is_empty() {
        return Ok(None);
    }
    let pulse = desk.persist(|| desk.store.settle(lease, results)).await?;
    results.clear();
    let asked = pulse.cancel_requested || pulse.pause_requested;
    Ok(if asked { Some(Stop::Asked) } else { pulse.over.map(Stop::Slots) })
}

/// What an answer means for the mailbox.
///
/// # Errors
/// The failure itself when it concerns the whole tenant.
fn fate(desk: &Desk, item: &WorkItem, outcome: Result<(), Failure>, now: Millis) -> Result<Fate, Failure> {
    let Err(failure) = outcome else { return Ok(Fate::Done) };
    if failure.class.is_tenant_wide() {
        return Err(failure);
    }
    let passing = failure.class.is_transient() && (item.attempt < TRIES || failure.class == Class::Throttled);
    if passing {
        let wait = failure.retry_after.unwrap_or_else(|| Duration::from_secs(2 << item.attempt.min(6)));
        let wait = Millis::try_from(wait.as_millis()).unwrap_or(PAUSE);
        return Ok(Fate::Retry(now + desk.store.sources.spread(wait)));
    }
    Ok(Fate::Failed(mailbox_reason(&failure, item, now)))
}
