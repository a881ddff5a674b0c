//! Slots: how many mailboxes a workspace's plan pays for, and the one check against that limit.

use serde::{Deserialize, Serialize};

use crate::text;

/// The maximum number of mailboxes in one run.
pub const MAX_PER_RUN: u32 = 1_000;

/// Whether the plan behind a pool may connect new mailboxes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlanState {
    Active,
    /// Past due, paused or ended: no mailbox is newly connected, and none is disconnected.
    Inactive,
}

/// One pool of slots of a workspace's plan. All counts are mailboxes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pool {
    /// The plan's own id for this kind of slot.
    pub plan_type_id: String,
    pub name: String,
    /// `None` is unlimited.
    pub limit: Option<u32>,
    /// Slots that other parts of Warmy use.
    pub used_elsewhere: u32,
    /// Slots of connected mailboxes and of those that need attention.
    pub used: u32,
    /// Slots of mailboxes in an accepted run that is not finished.
    pub reserved: u32,
    pub plan: PlanState,
}

/// A reservation of more slots than are free.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{requested} slots were requested and {free} are free")]
pub struct Shortfall {
    pub requested: u32,
    pub free: u32,
}

impl Pool {
    /// Slots in use anywhere, reserved ones included.
    #[must_use]
    pub fn taken(&self) -> u32 {
        self.used_elsewhere.saturating_add(self.used).saturating_add(self.reserved)
    }

    /// Free slots; `None` is unlimited. A plan that is not active has none.
    #[must_use]
    pub fn free(&self) -> Option<u32> {
        match (self.plan, self.limit) {
            (PlanState::Inactive, _) => Some(0),
            (PlanState::Active, None) => None,
            (PlanState::Active, Some(limit)) => Some(limit.saturating_sub(self.taken())),
        }
    }

    /// The share of the pool that is taken, in percent; `None` without a limit.
    #[must_use]
    pub fn share(&self) -> Option<u64> {
        let limit = self.limit.filter(|limit| *limit > 0)?;
        Some(u64::from(self.taken()) * 100 / u64::from(limit))
    }

    /// By how many mailboxes the pool is over its limit (after a downgrade); 0 when it is not.
    #[must_use]
    pub fn over(&self) -> u32 {
        self.limit.map_or(0, |limit| self.taken().saturating_sub(limit))
    }

    /// Checks that `requested` more slots are free, all or nothing.
    ///
    /// # Errors
    /// [`Shortfall`] with both numbers when they do not.
    pub fn check(&self, requested: u32) -> Result<(), Shortfall> {
        match self.free() {
            Some(free) if requested > free => Err(Shortfall { requested, free }),
            _ => Ok(()),
        }
    }

    /// "188 of 500 slots used · 12 reserved · 300 free".
    #[must_use]
    pub fn sentence(&self) -> String {
        let used = text::number(u64::from(self.used_elsewhere + self.used));
        let mut out = match self.limit {
            Some(limit) => format!("{used} of {} used", text::counted(u64::from(limit), "slot", "slots")),
            None => format!("{used} slots used"),
        };
        if self.reserved > 0 {
            out.push_str(&format!(" · {} reserved", text::number(u64::from(self.reserved))));
        }
        match (self.over(), self.free()) {
            (over, _) if over > 0 => out.push_str(&format!(" · {} over", text::number(u64::from(over)))),
            // It has no free slot, and the slots are not the reason.
            _ if self.plan == PlanState::Inactive => out.push_str(" · plan not active"),
            (_, Some(free)) => out.push_str(&format!(" · {} free", text::number(u64::from(free)))),
            (_, None) => out.push_str(" · no limit"),
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pool(limit: Option<u32>, used: u32, reserved: u32) -> Pool {
        Pool {
            plan_type_id: "standard".into(),
            name: "Standard".into(),
            limit,
            used_elsewhere: 0,
            used,
            reserved,
            plan: PlanState::Active,
        }
    }

    #[test]
    fn free_is_the_limit_less_everything_taken() {
        assert_eq!(pool(Some(500), 188, 12).free(), Some(300));
        assert_eq!(pool(None, 188, 12).free(), None);
    }

    #[test]
    fn a_downgrade_leaves_nothing_free_and_shows_the_excess() {
        let pool = pool(Some(100), 112, 0);
        assert_eq!((pool.free(), pool.over()), (Some(0), 12));
        assert_eq!(pool.sentence(), "112 of 100 slots used · 12 over");
    }

    #[test]
    fn a_reservation_fits_or_is_refused_with_both_numbers() {
        assert_eq!(pool(Some(500), 188, 12).check(300), Ok(()));
        assert_eq!(pool(Some(500), 188, 12).check(301), Err(Shortfall { requested: 301, free: 300 }));
    }

    #[test]
    fn the_meter_has_a_sentence() {
        assert_eq!(pool(Some(500), 188, 12).sentence(), "188 of 500 slots used · 12 reserved · 300 free");
    }
}
