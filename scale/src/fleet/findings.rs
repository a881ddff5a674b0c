//! What checks find, and what is done about it (`server/src/store/runs/settle.rs`, `doubts.rs`): who fails once is asked
//! again before it needs attention, and who needs attention is asked less and less often.

use domain::{
    cadence::{BACK_OFF, SUSPICION},
    ids::Millis,
};

use super::Fleet;
use crate::{
    cost::{self, Cost},
    moment::Micros,
    queue::OrgId,
    run::Findings,
};

impl Fleet {
    /// What a batch has found becomes what is known. Returns what it costs to write it.
    pub(super) fn believe(&mut self, now: Micros, org: OrgId, found: Findings) -> Cost {
        let one = &mut self.organisations[org as usize];
        let healed = found.healed.min(one.mended);
        one.mended -= healed;
        one.news = one.news.min(one.mended);
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
        let (moved, doubts) = (healed + guilty, failed + cleared);
        let mut cost = cost::SETTLE.and(doubts + moved, if moved > 0 { moved + 1 } else { 0 });
        let wait = if guilty > 0 { Some(BACK_OFF[0]) } else { (failed > 0).then_some(SUSPICION) };
        if let Some(wait) = wait {
            cost = cost.and(1, 0);
            self.plan_check(now, org, wait);
        }
        cost
    }

    /// Who needs attention is checked anew from the beginning.
    pub(super) fn plan_check(&mut self, now: Micros, org: OrgId, wait: Millis) {
        let at = now + self.random.spread(wait);
        let one = &mut self.organisations[org as usize];
        one.next_check = Some(one.next_check.map_or(at, |planned| planned.min(at)));
        one.check_failures = 0;
        self.replan(org);
    }
}
