//! Directory sync: checks the permissions, then reads the directory page by page. Each page is written at once, with
//! the link to the next one, so that a stopped sync continues from there.

use domain::{
    Reason,
    delegation::{DelegationState, DelegationView},
    ids::Millis,
    run::RunState,
};
use microsoft::{Class, DeltaFrom, Failure, Next, TenantId};

use super::{concurrency::TimeSlice, context::RunContext, people, purposes, rules, tenant_check};
use crate::tenant::{credentials::ending, reasons::tenant_reason};
use store::{Delegation, Lease, StoreError, SyncPage, Verdict};

/// Waits after a new consent, in seconds: Microsoft takes some time to apply it.
const PROPAGATION: [i64; 5] = [5, 15, 30, 45, 60];
/// How often a failure that one answer does not prove is asked again within a sync, after 1, 2, 4, … seconds: four
/// minutes in all.
const MAX_WAITS: u32 = 8;
/// After this many of these waits, two minutes, the organisation is shown as partly working.
const DEGRADED_AFTER: u32 = 7;
/// The wait if the one that Microsoft requests does not fit into the type, in milliseconds.
const LATER: Millis = 5 * 60 * 1_000;

pub(super) async fn run(cx: &RunContext, lease: &Lease, slice: &TimeSlice) -> Result<(), StoreError> {
    let delegation = cx.store.delegations(&lease.ctx).delegation(lease.delegation).await?;
    let Some(tid) = delegation.view.tid.as_deref().and_then(|tid| tid.parse::<TenantId>().ok()) else {
        return cx.store.leased(lease).finish_sync_run(Some(Reason::ConsentMissing)).await;
    };
    if lease.cursor.is_none() {
        match verify(cx, lease, &delegation.view, &tid).await? {
            Ok(true) => {}
            Ok(false) => return Ok(()),
            Err(failure) => return give_up_or_wait(cx, lease, &delegation.view, &tid, &failure).await,
        }
    }
    match read(cx, lease, slice, &tid, &delegation).await? {
        Ok(()) => Ok(()),
        Err(failure) if failure.class == Class::DeltaExpired => {
            // Nothing is lost: the next attempt reads everything. Without a stored link the cause is another one.
            let stored = delegation.delta_link.is_some() || lease.cursor.is_some();
            cx.store.leased(lease).clear_delta_link().await?;
            match stored {
                true => cx.store.leased(lease).release().await,
                false => give_up_or_wait(cx, lease, &delegation.view, &tid, &failure).await,
            }
        }
        Err(failure) => give_up_or_wait(cx, lease, &delegation.view, &tid, &failure).await,
    }
}

/// Fills the checklist. Returns whether to continue: otherwise the run has ended or was handed back. The inner error is
/// Microsoft's.
async fn verify(
    cx: &RunContext,
    lease: &Lease,
    before: &DelegationView,
    tid: &TenantId,
) -> Result<Result<bool, Failure>, StoreError> {
    let verdict = match tenant_check::check(cx, lease, tid).await? {
        Some(Ok(verdict)) => verdict,
        Some(Err(failure)) => return Ok(Err(failure)),
        None => return cx.store.leased(lease).release().await.map(|()| Ok(false)),
    };
    // Right after an approval, missing roles may still be propagating.
    if verdict.state != DelegationState::Active
        && before.synced_at.is_none()
        && wait_for_propagation(lease).is_some()
    {
        let pending = Verdict {
            state: DelegationState::Propagating,
            reason: Some(Reason::PropagationPending),
            ..verdict
        };
        cx.store.leased(lease).record_verdict(&pending).await?;
        return Ok(Err(Failure {
            class: Class::NotPropagated,
            status: None,
            code: None,
            request_id: None,
            retry_after: None,
            detail: "permissions are not complete yet".to_owned(),
        }));
    }
    if let Some(ending) = ending(&cx.microsoft) {
        cx.store.leased(lease).notify_of_credential(&ending).await?;
    }
    let broken = verdict.state == DelegationState::Broken;
    cx.store.leased(lease).record_verdict(&verdict).await?;
    cx.store.leased(lease).wake_paused().await?;
    if broken {
        cx.store.leased(lease).finish_sync_run(verdict.reason.or(Some(Reason::PermissionMissing))).await?;
        return Ok(Ok(false));
    }
    Ok(Ok(true))
}

fn wait_for_propagation(lease: &Lease) -> Option<Millis> {
    PROPAGATION.get(usize::try_from(lease.attempt).unwrap_or(usize::MAX)).map(|seconds| seconds * 1_000)
}

async fn give_up_or_wait(
    cx: &RunContext,
    lease: &Lease,
    before: &DelegationView,
    tid: &TenantId,
    failure: &Failure,
) -> Result<(), StoreError> {
    let (now, fresh) = (cx.store.now(), before.synced_at.is_none());
    let reason = tenant_reason(failure, !fresh);
    let propagating =
        failure.class == Class::NotPropagated || (fresh && failure.class == Class::ConsentMissing);
    if propagating && let Some(wait) = wait_for_propagation(lease) {
        cx.microsoft.invalidate_token(tid);
        judge(cx, lease, DelegationState::Propagating, Some(Reason::PropagationPending)).await?;
        return cx
            .store
            .leased(lease)
            .park_run(RunState::Waiting, Some(Reason::PropagationPending), now + wait)
            .await;
    }
    if failure.class.is_transient() && failure.class != Class::NotPropagated {
        let wait = failure.retry_after.map_or(1_000 << lease.attempt.min(8), |wait| {
            Millis::try_from(wait.as_millis()).unwrap_or(LATER)
        });
        return cx
            .store
            .leased(lease)
            .park_run(RunState::Waiting, Some(reason), now + cx.store.sources.spread(wait))
            .await;
    }
    if !failure.is_certain() {
        return wait_or_confirm(cx, lease, before, failure, reason).await;
    }
    tracing::warn!(run.id = %lease.run, %failure, "directory sync stopped");
    judge(cx, lease, DelegationState::Broken, Some(reason)).await?;
    cx.store.leased(lease).finish_sync_run(Some(reason)).await
}

/// Handles a failure that one answer does not prove: it is asked again for some minutes, and then by the next sync. Only
/// if that fails as well, the organisation is broken.
async fn wait_or_confirm(
    cx: &RunContext,
    lease: &Lease,
    before: &DelegationView,
    failure: &Failure,
    reason: Reason,
) -> Result<(), StoreError> {
    tracing::warn!(run.id = %lease.run, attempt = lease.attempt, %failure, "unexpected answer to a directory sync");
    // A worse state was found before, and stays until a sync succeeds.
    let degrade = before.state != DelegationState::Broken;
    if lease.attempt < MAX_WAITS {
        if degrade && lease.attempt >= DEGRADED_AFTER {
            judge(cx, lease, DelegationState::Degraded, Some(reason)).await?;
        }
        let until = cx.store.now() + cx.store.sources.spread(1_000 << lease.attempt);
        return cx.store.leased(lease).park_run(RunState::Waiting, Some(reason), until).await;
    }
    let confirmed = cx.store.leased(lease).suspect_failure().await?;
    if confirmed || degrade {
        let state = if confirmed { DelegationState::Broken } else { DelegationState::Degraded };
        judge(cx, lease, state, Some(reason)).await?;
    }
    cx.store.leased(lease).finish_sync_run(Some(reason)).await
}

async fn judge(
    cx: &RunContext,
    lease: &Lease,
    state: DelegationState,
    reason: Option<Reason>,
) -> Result<(), StoreError> {
    let verdict = Verdict { state, reason, checklist: None, organisation: None, service_principal: None };
    cx.store.leased(lease).record_verdict(&verdict).await
}

/// Reads the directory from where the last round (or the interrupted one) ended.
async fn read(
    cx: &RunContext,
    lease: &Lease,
    slice: &TimeSlice,
    tid: &TenantId,
    delegation: &Delegation,
) -> Result<Result<(), Failure>, StoreError> {
    let (tenant, generation) = (cx.microsoft.tenant(tid), delegation.generation + 1);
    let full = delegation.delta_link.is_none();
    let start = lease.cursor.as_deref().or(delegation.delta_link.as_deref());
    let mut round = tenant.round(start.map_or(DeltaFrom::Start, DeltaFrom::Link));
    let mut first = true;
    loop {
        // A delta link lists only changes, so users that could not be read are requested by their ids.
        let again: &[String] = if first { &delegation.unreadable } else { &[] };
        let reading = async {
            match round.next().await? {
                Some(page) => people::read(&tenant, page, (!full, again)).await.map(Some),
                None => Ok(None),
            }
        };
        let people = match cx.request(lease, reading).await? {
            Some(Ok(Some(people))) => people,
            // A round ends with its delta link; without one it is repeated.
            Some(Ok(None)) => return cx.store.leased(lease).release().await.map(Ok),
            Some(Err(failure)) if first && start.is_some() && is_refused_link(&failure) => {
                return Ok(Err(Failure { class: Class::DeltaExpired, ..failure }));
            }
            Some(Err(failure)) => return Ok(Err(failure)),
            None => return cx.store.leased(lease).release().await.map(Ok),
        };
        first = false;
        let cursor = match &people.next {
            Next::Page(next) => Some(next.as_str()),
            Next::Delta(_) => None,
        };
        let entries = people::entries(cx, lease, &people.users).await?;
        let page = SyncPage {
            generation,
            entries: &entries,
            removed: &people.removed,
            unreadable: &people.unreadable,
            cursor,
        };
        if cx.store.leased(lease).write_page(&page).await? {
            cx.store.leased(lease).finish_run(true).await?;
            return Ok(Ok(()));
        }
        if let Next::Delta(delta) = &people.next {
            cx.store.leased(lease).finish_sync(generation, full, delta).await?;
            purposes::ask(cx, lease, &tenant, slice).await?;
            rules::apply(cx, lease, &tenant).await?;
            cx.store.leased(lease).finish_sync_run(None).await?;
            return Ok(Ok(()));
        }
        // Checked only after a page: a run handed back before its first page would start with the permissions again.
        if slice.is_over() {
            return cx.store.leased(lease).release().await.map(Ok);
        }
    }
}

/// Whether a stored link is refused: its content is Microsoft's, so any refusal of the request means to start over, and
/// so does a link that does not lead to Graph. Missing rights and throttling have other causes.
fn is_refused_link(failure: &Failure) -> bool {
    let refused = failure.status.is_some_and(|status| (400..500).contains(&status));
    let elsewhere = failure.status.is_some_and(|status| matches!(status, 401 | 403 | 408 | 429));
    (refused && !elsewhere) || failure.code.as_deref() == Some("link_refused")
}
