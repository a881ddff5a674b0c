//! Failures of a whole organisation: Microsoft is unavailable, or consent is withdrawn.

use domain::schedule::POLL_EVERY;

use super::Fleet;
use crate::{
    cost,
    facts::{AWAY, TRIES, WAITS},
    moment::{Micros, micros, of_seconds},
    queue::{After, Event, RunId},
    run::Kind,
};

impl Fleet {
    /// The duration of a call that fails three times: its waits are up to 50 % longer.
    pub(super) fn tries(&mut self) -> Micros {
        let waits: f64 = WAITS.iter().map(|wait| wait * (1.0 + self.random.part() / 2.0)).sum();
        of_seconds(waits + AWAY * TRIES as f64)
    }

    /// Queues the failure of a call that has begun.
    pub(super) fn fail(&mut self, now: Micros, run: RunId) {
        let at = now + self.tries();
        self.queue.push(at, Event::Away(run));
    }

    /// Makes the run wait: twice as long each time, up to four minutes for a sync and one for a check. Answers in
    /// flight are ignored.
    pub(super) fn give_up(&mut self, now: Micros, run: RunId) {
        let epoch = self.epoch();
        let (org, kind, attempt) = {
            let run = self.of(run);
            run.epoch = epoch;
            run.attempt += 1;
            if let Some(progress) = &mut run.check {
                // The page is requested again; results that were applied already stay.
                progress.in_flight = 0;
                progress.unanswered = progress.left;
            }
            (run.org, run.kind, run.attempt - 1)
        };
        let (cost, most) = match kind {
            Kind::Sync => (cost::PARK_SYNC, 8),
            Kind::Check | Kind::Sweep => (cost::PARK_CHECK, 6),
        };
        let end = self.write(now, org, cost);
        let wait = self.random.spread(1_000 << attempt.min(most));
        // No signal is sent at the end of a wait: the next poll finds it.
        let poll = self.random.below(micros(POLL_EVERY));
        self.queue.push(end, Event::Left(run, After::Again(end + wait + poll)));
    }

    pub(super) fn plan_withdrawal(&mut self, now: Micros) {
        let often = self.plan.load.habits.withdrawals * f64::from(self.plan.load.organisations);
        if let Some(wait) = self.random.until_next(often) {
            self.queue.push(now + wait, Event::Withdraw);
        }
    }

    pub(super) fn withdraw(&mut self, now: Micros) {
        let org = self.random.below(u64::from(self.plan.load.organisations)) as u32;
        self.organisations[org as usize].consents = false;
        if let Some(wait) = self.random.until_next(1.0 / self.plan.load.habits.returning) {
            self.queue.push(now + wait, Event::Return(org));
        }
        self.plan_withdrawal(now);
    }
}
