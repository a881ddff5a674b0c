//! After a reading of the directory: newcomers are connected by the rules that somebody has switched on.

use domain::rule::{By, HeldUp};
use microsoft::{Class, Tenant};

use super::runner::Desk;
use crate::store::{Lease, Newcomer, Rule, StoreError};

/// Who does not fit, and what Microsoft does not answer, waits for the next reading.
pub(super) async fn apply(desk: &Desk, lease: &Lease, tenant: &Tenant) -> Result<(), StoreError> {
    for rule in desk.store.rules_on(lease).await? {
        let mut newcomers = desk.store.newcomers(lease, &rule).await?;
        if newcomers.is_empty() {
            desk.store.hold_up(lease, &rule, None).await?;
            continue;
        }
        if rule.by == By::Group && !keep_members(desk, lease, tenant, &rule, &mut newcomers).await? {
            continue;
        }
        let connecting = desk.store.apply_rule(lease, &rule, &newcomers).await?;
        tracing::info!(rule = %rule.id, newcomers = newcomers.len(), connecting, "applied a rule");
    }
    Ok(())
}

/// Returns whether the group could be read.
async fn keep_members(
    desk: &Desk,
    lease: &Lease,
    tenant: &Tenant,
    rule: &Rule,
    newcomers: &mut Vec<Newcomer>,
) -> Result<bool, StoreError> {
    let read = async {
        let Some(group) = tenant.group_named(&rule.value).await? else { return Ok(None) };
        tenant.group_members(&group).await.map(Some)
    };
    let held_up = match desk.ask(lease, read).await? {
        Some(Ok(Some(members))) => {
            newcomers.retain(|newcomer| members.contains(&newcomer.entra_id));
            return Ok(true);
        }
        Some(Ok(None)) => HeldUp::NoGroup,
        Some(Err(failure)) if failure.class == Class::PermissionMissing => HeldUp::Permission,
        // By its id it was looked for, and it is gone.
        Some(Err(failure)) if failure.class == Class::UserNotFound => HeldUp::NoGroup,
        Some(Err(failure)) => {
            tracing::info!(rule = %rule.id, %failure, "a group cannot be read now");
            return Ok(false);
        }
        None => return Ok(false),
    };
    desk.store.hold_up(lease, rule, Some(held_up)).await?;
    Ok(false)
}
