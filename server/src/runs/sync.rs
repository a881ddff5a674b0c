//! Directory sync: checks the permissions, then reads the directory page by page. Each page is written as it
//! comes, with the link to the next one, so a stopped sync goes on where it was.

use domain::{
    Reason,
    delegation::{DelegationState, DelegationView},
    ids::Millis,
    run::RunState,
};
use microsoft::{Class, DeltaFrom, Failure, Next, TenantId};

use super::{
    ending, people,
    places::Turn,
    preflight, rules,
    runner::Desk,
    translate::{moment, tenant_reason},
};
use crate::store::{Lease, StoreError, SyncPage, Verdict};

/// Waits after a fresh consent, in seconds: Microsoft needs a while to act on it.
const PROPAGATION: [i64; 5] = [5, 15, 30, 45, 60];
/// How long a wait for the tenant is when it has a lasting cause, in milliseconds.
const LATER: Millis = 5 * 60 * 1_000;

pub(super) async fn run(desk: &Desk, lease: &Lease, turn: &Turn) -> Result<(), StoreError> {
    let delegation = desk.store.delegation(&lease.ctx, lease.delegation).await?;
    let Some(tid) = delegation.view.tid.as_deref().and_then(|tid| tid.parse::<TenantId>().ok()) else {
        return desk.store.finish_sync_run(lease, Some(Reason::ConsentMissing)).await;
    };
    if lease.cursor.is_none() {
        match verify(desk, lease, &delegation.view, &tid).await? {
            Ok(true) => {}
            Ok(false) => return Ok(()),
            Err(failure) => return give_up_or_wait(desk, lease, &delegation.view, &tid, &failure).await,
        }
    }
    let (delta, generation) = (delegation.delta_link.as_deref(), delegation.generation + 1);
    match read(desk, lease, turn, &tid, delta, generation).await? {
        Ok(()) => Ok(()),
        Err(failure) if failure.class == Class::DeltaExpired => {
            desk.store.forget_delta(lease).await?;
            desk.store.hand_back(lease).await
        }
        Err(failure) => give_up_or_wait(desk, lease, &delegation.view, &tid, &failure).await,
    }
}

/// Fills the checklist. Returns whether to go on: otherwise the run is over or handed back. An inner error is
/// Microsoft's.
async fn verify(
    desk: &Desk,
    lease: &Lease,
    before: &DelegationView,
    tid: &TenantId,
) -> Result<Result<bool, Failure>, StoreError> {
    // A token from before a change of consent keeps its old roles for an hour.
    desk.microsoft.forget_token(tid);
    let token = match desk.ask(lease, desk.microsoft.app_token(tid)).await? {
        Some(Ok(token)) => token,
        Some(Err(failure)) => return Ok(Err(failure)),
        None => return desk.store.hand_back(lease).await.map(|()| Ok(false)),
    };
    let approver = desk.store.approver(&lease.ctx, lease.delegation).await?;
    let tenant = desk.microsoft.tenant(tid);
    let verdict = match desk.ask(lease, preflight::check(&tenant, &token, approver.as_deref())).await? {
        Some(Ok(verdict)) => verdict,
        Some(Err(failure)) => return Ok(Err(failure)),
        None => return desk.store.hand_back(lease).await.map(|()| Ok(false)),
    };
    // Right after an approval, roles that are not there yet are on their way.
    if verdict.state != DelegationState::Active
        && before.synced_at.is_none()
        && wait_for_propagation(lease).is_some()
    {
        let pending = Verdict {
            state: DelegationState::Propagating,
            reason: Some(Reason::PropagationPending),
            ..verdict
        };
        desk.store.judge_delegation(lease, &pending).await?;
        return Ok(Err(Failure {
            class: Class::NotPropagated,
            status: None,
            code: None,
            request_id: None,
            retry_after: None,
            detail: "permissions are not complete yet".to_owned(),
        }));
    }
    if let Some(ending) = ending(&desk.microsoft) {
        desk.store.warn_of_credential(lease, &ending).await?;
    }
    let broken = verdict.state == DelegationState::Broken;
    desk.store.judge_delegation(lease, &verdict).await?;
    desk.store.wake_paused(lease).await?;
    if broken {
        desk.store.finish_sync_run(lease, verdict.reason.or(Some(Reason::PermissionMissing))).await?;
        return Ok(Ok(false));
    }
    Ok(Ok(true))
}

fn wait_for_propagation(lease: &Lease) -> Option<Millis> {
    PROPAGATION.get(usize::try_from(lease.attempt).unwrap_or(usize::MAX)).map(|seconds| seconds * 1_000)
}

async fn give_up_or_wait(
    desk: &Desk,
    lease: &Lease,
    before: &DelegationView,
    tid: &TenantId,
    failure: &Failure,
) -> Result<(), StoreError> {
    let (now, fresh) = (desk.store.now(), before.synced_at.is_none());
    let reason = tenant_reason(failure, !fresh);
    let propagating =
        failure.class == Class::NotPropagated || (fresh && failure.class == Class::ConsentMissing);
    if propagating && let Some(wait) = wait_for_propagation(lease) {
        desk.microsoft.forget_token(tid);
        judge(desk, lease, DelegationState::Propagating, Some(Reason::PropagationPending)).await?;
        return desk
            .store
            .park_run(lease, RunState::Waiting, Some(Reason::PropagationPending), now + wait)
            .await;
    }
    if failure.class.is_transient() && failure.class != Class::NotPropagated {
        let wait = failure.retry_after.map_or(1_000 << lease.attempt.min(8), |wait| {
            Millis::try_from(wait.as_millis()).unwrap_or(LATER)
        });
        return desk
            .store
            .park_run(lease, RunState::Waiting, Some(reason), now + desk.store.sources.spread(wait))
            .await;
    }
    tracing::warn!(run.id = %lease.run, %failure, "directory sync stopped");
    judge(desk, lease, DelegationState::Broken, Some(reason)).await?;
    desk.store.finish_sync_run(lease, Some(reason)).await
}

async fn judge(
    desk: &Desk,
    lease: &Lease,
    state: DelegationState,
    reason: Option<Reason>,
) -> Result<(), StoreError> {
    let verdict = Verdict { state, reason, checklist: None, organisation: None, service_principal: None };
    desk.store.judge_delegation(lease, &verdict).await
}

/// Reads the directory from where the last round (or the interrupted one) ended.
async fn read(
    desk: &Desk,
    lease: &Lease,
    turn: &Turn,
    tid: &TenantId,
    delta_link: Option<&str>,
    generation: i64,
) -> Result<Result<(), Failure>, StoreError> {
    let tenant = desk.microsoft.tenant(tid);
    let start = lease.cursor.as_deref().or(delta_link);
    let mut round = tenant.round(start.map_or(DeltaFrom::Start, DeltaFrom::Link));
    loop {
        let judged = async {
            match round.next().await? {
                // Only a later round leaves out what did not change.
                Some(page) => people::judge(&tenant, page, delta_link.is_some(), moment(desk.store.now()))
                    .await
                    .map(Some),
                None => Ok(None),
            }
        };
        let people = match desk.ask(lease, judged).await? {
            Some(Ok(Some(people))) => people,
            // A round ends with its delta link; without one it is read again.
            Some(Ok(None)) => return desk.store.hand_back(lease).await.map(Ok),
            Some(Err(failure)) => return Ok(Err(failure)),
            None => return desk.store.hand_back(lease).await.map(Ok),
        };
        let cursor = match &people.next {
            Next::Page(next) => Some(next.as_str()),
            Next::Delta(_) => None,
        };
        let page = SyncPage { generation, entries: &people.entries, removed: &people.removed, cursor };
        if desk.store.write_page(lease, &page).await? {
            desk.store.finish_run(lease, true).await?;
            return Ok(Ok(()));
        }
        if let Next::Delta(delta) = &people.next {
            desk.store.finish_sync(lease, generation, delta_link.is_none(), delta).await?;
            rules::apply(desk, lease, &tenant).await?;
            desk.store.finish_sync_run(lease, None).await?;
            return Ok(Ok(()));
        }
        // Not before the first page: whoever began with the permissions would begin with them for ever.
        if turn.is_over() {
            return desk.store.hand_back(lease).await.map(Ok);
        }
    }
}
