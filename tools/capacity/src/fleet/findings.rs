//! Results of checks, and their consequences (`store/src/runs/settle.rs`, `store/src/runs/failure_debounce.rs`): a
//! mailbox that fails once is checked again before it needs attention, and one that needs attention is checked less and
//! less often.

use domain::{
    ids::Millis,
    schedule::{BACK_OFF, RECHECK_AFTER},
};

use super::Fleet;
use crate::{
    cost::{self, Cost},
    moment::Micros,
    queue::OrgId,
    run::Findings,
};

impl Fleet {
    /// Applies the results of a batch to the organisation. Returns the cost of writing them.
    pub(super) fn apply_findings(&mut self, now: Micros, org: OrgId, found: Findings) -> Cost {
        let one = &mut self.organisations[org as usize];
        let healed = found.healed.min(one.repaired);
        one.repaired -= healed;
        one.directory_changes = one.directory_changes.min(one.repaired);
        let guilty = found.guilty.min(one.guilty);
        let cleared = found.cleared.min(one.suspects - one.guilty);
        one.suspects -= guilty + cleared;
        one.guilty -= guilty;
        one.unseen = one.unseen.saturating_sub(guilty);
        one.broken += guilty;
        one.connected = (one.connected + healed).saturating_sub(guilty);
        let failed = found.failed + found.hiccups;
        one.suspects += failed;
        one.guilty += found.failed;
        let (moved, debounced) = (healed + guilty, failed + cleared);
        let mut cost = cost::SETTLE.and(debounced + moved, if moved > 0 { moved + 1 } else { 0 });
        let wait = if guilty > 0 { Some(BACK_OFF[0]) } else { (failed > 0).then_some(RECHECK_AFTER) };
        if let Some(wait) = wait {
            cost = cost.and(1, 0);
            self.plan_check(now, org, wait);
        }
        cost
    }

    /// Schedules a check of the mailboxes that need attention, and restarts the sequence of waits.
    pub(super) fn plan_check(&mut self, now: Micros, org: OrgId, wait: Millis) {
        let at = now + self.random.spread(wait);
        let one = &mut self.organisations[org as usize];
        one.next_check = Some(one.next_check.map_or(at, |planned| planned.min(at)));
        one.check_failures = 0;
        self.replan(org);
    }
}
