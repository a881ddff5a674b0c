//! Checks the organisation itself: its token, its permissions, and some mailboxes that should work. Only this check
//! may pause a run or mark an organisation as broken; the answer of a single mailbox may not.

use microsoft::{Failure, TenantId};
use store::{Lease, StoreError, Verdict};

use super::context::RunContext;
use crate::tenant::preflight;

/// Checks the organisation with a new token: one from before a change of consent keeps its old roles for an hour.
/// `None` when the process is to stop. The inner error is Microsoft's.
pub(super) async fn check(
    cx: &RunContext,
    lease: &Lease,
    tid: &TenantId,
) -> Result<Option<Result<Verdict, Failure>>, StoreError> {
    cx.microsoft.invalidate_token(tid);
    let known = cx.store.mailboxes(&lease.ctx).probe_candidates(lease.delegation).await?;
    let tenant = cx.microsoft.tenant(tid);
    let check = async {
        let token = cx.microsoft.app_token(tid).await?;
        preflight::check(&tenant, &token, &known).await
    };
    cx.request(lease, check).await
}
