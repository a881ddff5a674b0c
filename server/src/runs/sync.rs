//! Directory sync: checks the permissions, then reads the directory page by page. Each page is written as it
//! comes, with the link to the next one, so a stopped sync goes on where it was.

use std::collections::HashMap;

use domain::{
    Reason,
    delegation::{DelegationState, DelegationView},
    ids::Millis,
    mailbox::Kind,
    run::RunState,
};
use microsoft::{
    Class, DeltaFrom, DirectoryUser, Eligibility, Failure, Next, Purpose, Tenant, TenantId, UsersPage,
    eligibility,
};

use super::{preflight, runner::Desk, translate::tenant_reason};
use crate::store::{DirectoryEntry, Lease, StoreError, SyncPage, Verdict};

/// Waits after a fresh consent, in seconds: Microsoft needs a while to act on it.
const PROPAGATION: [i64; 5] = [5, 15, 30, 45, 60];
/// How long a wait for the tenant is when it has a lasting cause, in milliseconds.
const LATER: Millis = 5 * 60 * 1_000;

pub(super) async fn run(desk: &Desk, lease: &Lease) -> Result<(), StoreError> {
    let delegation = desk.store.delegation(&lease.ctx, lease.delegation).await?;
    let Some(tid) = delegation.view.tid.as_deref().and_then(|tid| tid.parse::<TenantId>().ok()) else {
        return desk.store.finish_sync_run(lease, Some(Reason::ConsentMissing)).await;
    };
    if lease.cursor.is_none()
        && let Err(failure) = verify(desk, lease, &delegation.view, &tid).await?
    {
        return give_up_or_wait(desk, lease, &delegation.view, &tid, &failure).await;
    }
    match read(desk, lease, &tid, delegation.delta_link.as_deref(), delegation.generation + 1).await? {
        Ok(()) => Ok(()),
        Err(failure) if failure.class == Class::DeltaExpired => {
            desk.store.forget_delta(lease).await?;
            desk.store.hand_back(lease).await
        }
        Err(failure) => give_up_or_wait(desk, lease, &delegation.view, &tid, &failure).await,
    }
}

/// Fills the checklist. An inner error is Microsoft's.
async fn verify(
    desk: &Desk,
    lease: &Lease,
    before: &DelegationView,
    tid: &TenantId,
) -> Result<Result<(), Failure>, StoreError> {
    // A token from before a change of consent keeps its old roles for an hour.
    desk.microsoft.forget_token(tid);
    let token = match desk.microsoft.app_token(tid).await {
        Ok(token) => token,
        Err(failure) => return Ok(Err(failure)),
    };
    let approver = desk.store.approver(&lease.ctx, lease.delegation).await?;
    let verdict = match preflight::check(&desk.microsoft.tenant(tid), &token, approver.as_deref()).await {
        Ok(verdict) => verdict,
        Err(failure) => return Ok(Err(failure)),
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
        desk.store.judge_delegation(&lease.ctx, lease.delegation, &pending).await?;
        return Ok(Err(Failure {
            class: Class::NotPropagated,
            status: None,
            code: None,
            request_id: None,
            retry_after: None,
            detail: "permissions are not complete yet".to_owned(),
        }));
    }
    let broken = verdict.state == DelegationState::Broken;
    desk.store.judge_delegation(&lease.ctx, lease.delegation, &verdict).await?;
    desk.store.wake_paused(&lease.ctx, lease.delegation).await?;
    if broken {
        desk.store.finish_sync_run(lease, verdict.reason.or(Some(Reason::PermissionMissing))).await?;
        return Err(StoreError::Fenced);
    }
    Ok(Ok(()))
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
        return desk.store.park_run(lease, RunState::Waiting, Some(reason), now + wait).await;
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
    desk.store.judge_delegation(&lease.ctx, lease.delegation, &verdict).await
}

/// Reads the directory from where the last round (or the interrupted one) ended.
async fn read(
    desk: &Desk,
    lease: &Lease,
    tid: &TenantId,
    delta_link: Option<&str>,
    generation: i64,
) -> Result<Result<(), Failure>, StoreError> {
    let tenant = desk.microsoft.tenant(tid);
    let mut link = lease.cursor.clone().or_else(|| delta_link.map(str::to_owned));
    loop {
        if desk.shutdown.is_cancelled() {
            desk.store.hand_back(lease).await?;
            return Ok(Ok(()));
        }
        let from = link.as_deref().map_or(DeltaFrom::Start, DeltaFrom::Link);
        let page = match tenant.users_delta(from).await {
            Ok(page) => page,
            Err(failure) => return Ok(Err(failure)),
        };
        let entries = match judge_people(&tenant, &page).await {
            Ok(entries) => entries,
            Err(failure) => return Ok(Err(failure)),
        };
        let removed: Vec<String> = page.removed.into_iter().map(|gone| gone.id).collect();
        let cursor = match &page.next {
            Next::Page(next) => Some(next.as_str()),
            Next::Delta(_) => None,
        };
        let cancel = desk
            .store
            .write_page(lease, &SyncPage { generation, entries: &entries, removed: &removed, cursor })
            .await?;
        if cancel {
            desk.store.finish_run(lease, true).await?;
            return Ok(Ok(()));
        }
        match page.next {
            Next::Page(next) if link.as_deref() == Some(&next) => {
                return Ok(Err(Failure {
                    class: Class::Unknown,
                    status: None,
                    code: None,
                    request_id: None,
                    retry_after: None,
                    detail: "the directory's pages go in a circle".to_owned(),
                }));
            }
            Next::Page(next) => link = Some(next),
            Next::Delta(delta) => {
                desk.store.finish_sync(lease, generation, delta_link.is_none(), &delta).await?;
                desk.store.finish_sync_run(lease, None).await?;
                return Ok(Ok(()));
            }
        }
    }
}

/// What each person of a page is. The directory cannot tell shared mailboxes from rooms: Exchange is asked.
async fn judge_people(tenant: &Tenant, page: &UsersPage) -> Result<Vec<DirectoryEntry>, Failure> {
    let unclear: Vec<String> = page
        .users
        .iter()
        .filter(|user| eligibility(user) == Eligibility::Shared)
        .map(|user| user.id.clone())
        .collect();
    let mut purposes = HashMap::new();
    for ids in unclear.chunks(20) {
        for (id, purpose) in tenant.mailbox_purposes(ids).await? {
            purposes.insert(id, purpose);
        }
    }
    Ok(page.users.iter().map(|user| entry(user, purposes.remove(&user.id))).collect())
}

fn entry(user: &DirectoryUser, purpose: Option<Result<Purpose, Failure>>) -> DirectoryEntry {
    let (kind, obstacle) = match (eligibility(user), purpose) {
        (Eligibility::Guest, _) => (Kind::Guest, Some(Reason::GuestUser)),
        (Eligibility::OnPremises, _) => (Kind::User, Some(Reason::MailboxOnPremises)),
        (Eligibility::NoLicense, _) => (Kind::User, Some(Reason::NoExchangeLicense)),
        (Eligibility::Shared, Some(Ok(Purpose::Room))) => (Kind::Room, Some(Reason::NotAUserMailbox)),
        (Eligibility::Shared, Some(Ok(Purpose::Equipment))) => {
            (Kind::Equipment, Some(Reason::NotAUserMailbox))
        }
        (Eligibility::Shared, Some(Err(failure)))
            if matches!(failure.class, Class::MailboxNotEnabled | Class::UserNotFound) =>
        {
            (Kind::User, Some(Reason::NoExchangeLicense))
        }
        (Eligibility::Shared, _) => (Kind::Shared, None),
        (Eligibility::User | Eligibility::Provisioning | Eligibility::Inactive, _) => (Kind::User, None),
    };
    let plan = user
        .plans
        .items()
        .iter()
        .filter(|plan| {
            microsoft::plans::is_mailbox_plan(&plan.service_plan_id)
                && microsoft::plans::is_usable(&plan.capability_status)
        })
        .max_by_key(|plan| plan.assigned_at);
    let address = user.mail.text().or(user.user_principal_name.text()).unwrap_or_default().to_owned();
    DirectoryEntry {
        entra_id: user.id.clone(),
        name: user.display_name.text().filter(|name| !name.is_empty()).unwrap_or(&address).to_owned(),
        address,
        department: user.department.text().filter(|d| !d.is_empty()).map(str::to_owned),
        kind,
        licensed: plan.is_some(),
        on_premises: user.on_premises_sync_enabled.value() == Some(&true),
        licensed_at: plan.and_then(|plan| plan.assigned_at).map(|at| at.unix_timestamp() * 1_000),
        obstacle,
    }
}
