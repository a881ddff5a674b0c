//! Applies the active rules after a directory sync: they connect new mailboxes.

use domain::rule::{BlockedBy, RuleKind};
use microsoft::{Class, Tenant};

use super::context::RunContext;
use store::{Lease, Newcomer, Rule, StoreError};

/// Applies all active rules. Newcomers without a free slot, and rules whose group cannot be read, wait for the next
/// sync.
pub(super) async fn apply(cx: &RunContext, lease: &Lease, tenant: &Tenant) -> Result<(), StoreError> {
    for rule in cx.store.leased(lease).rules_on().await? {
        let mut newcomers = cx.store.leased(lease).newcomers(&rule).await?;
        if newcomers.is_empty() {
            cx.store.leased(lease).hold_up(&rule, None).await?;
            continue;
        }
        if rule.by == RuleKind::Group && !keep_members(cx, lease, tenant, &rule, &mut newcomers).await? {
            continue;
        }
        let connecting = cx.store.leased(lease).apply_rule(&rule, &newcomers).await?;
        tracing::info!(rule = %rule.id, newcomers = newcomers.len(), connecting, "applied a rule");
    }
    Ok(())
}

/// Reduces the newcomers to the members of the rule's group. Returns whether the group could be read.
async fn keep_members(
    cx: &RunContext,
    lease: &Lease,
    tenant: &Tenant,
    rule: &Rule,
    newcomers: &mut Vec<Newcomer>,
) -> Result<bool, StoreError> {
    let read = async {
        let Some(group) = tenant.group_named(&rule.value).await? else { return Ok(None) };
        tenant.group_members(&group).await.map(Some)
    };
    let held_up = match cx.request(lease, read).await? {
        Some(Ok(Some(members))) => {
            newcomers.retain(|newcomer| members.contains(&newcomer.entra_id));
            return Ok(true);
        }
        Some(Ok(None)) => BlockedBy::NoGroup,
        Some(Err(failure)) if failure.class == Class::PermissionMissing => BlockedBy::Permission,
        // The rule names the group by its id, and no such group exists any more.
        Some(Err(failure)) if failure.class == Class::UserNotFound => BlockedBy::NoGroup,
        Some(Err(failure)) => {
            tracing::info!(rule = %rule.id, %failure, "a group cannot be read now");
            return Ok(false);
        }
        None => return Ok(false),
    };
    cx.store.leased(lease).hold_up(rule, Some(held_up)).await?;
    Ok(false)
}
