//! Deletes expired events: each replica does so for all delegations every hour, one transaction at a time
//! (`server/src/worker/retention.rs`).

use super::Fleet;
use crate::{
    cost::Cost,
    facts::RETENTION,
    moment::Micros,
    queue::{Event, OrgId},
};

/// Organisations that are processed at a time: together they keep one writer busy for some hundredths of a second.
const AT_ONCE: usize = 20;

impl Fleet {
    pub(super) fn throw_away(&mut self, now: Micros, replica: usize, from: OrgId) {
        let (mut transactions, mut rows) = (0, 0);
        for one in self.organisations.iter_mut().skip(from as usize).take(AT_ONCE) {
            // The server deletes until no expired event is left.
            let old = std::mem::take(&mut one.fresh_events);
            transactions += 1 + u64::from(old > 0);
            rows += old;
        }
        let cost = Cost { rows, events: 0 };
        let end = self.database.write_many(now, transactions, cost, &mut self.tally);
        let next = from as usize + AT_ONCE;
        match next < self.organisations.len() {
            true => self.queue.push(end, Event::Sweep(replica, OrgId::try_from(next).unwrap_or(OrgId::MAX))),
            false => self.queue.push(now + RETENTION, Event::Sweep(replica, 0)),
        }
    }
}
