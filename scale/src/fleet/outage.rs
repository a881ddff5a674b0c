//! What goes wrong for an organisation as a whole: Microsoft is away, or consent is withdrawn.

use domain::cadence::LOOK_EVERY;

use super::Fleet;
use crate::{
    cost,
    facts::{AWAY, TRIES, WAITS},
    moment::{Micros, micros, of_seconds},
    queue::{After, Event, RunId},
    run::Kind,
};

impl Fleet {
    /// How long a call takes that fails three times: waits are up to half as long again.
    pub(super) fn tries(&mut self) -> Micros {
        let waits: f64 = WAITS.iter().map(|wait| wait * (1.0 + self.random.part() / 2.0)).sum();
        of_seconds(waits + AWAY * TRIES as f64)
    }

    /// A call was begun that is going to fail.
    pub(super) fn fail(&mut self, now: Micros, run: RunId) {
        let at = now + self.tries();
        self.queue.push(at, Event::Away(run));
    }

    /// The run waits: twice as long each time, up to four minutes for a sync and one for a check. What is on the way is
    /// nobody's any more.
    pub(super) fn give_up(&mut self, now: Micros, run: RunId) {
        let epoch = self.epoch();
        let (org, kind, attempt) = {
            let run = self.of(run);
            run.epoch = epoch;
            run.attempt += 1;
            if let Some(progress) = &mut run.check {
                // The page is asked again, and what was believed of it is believed still.
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
        // Nobody rings when a wait is over: the next look finds it.
        let look = self.random.below(micros(LOOK_EVERY));
        self.queue.push(end, Event::Left(run, After::Again(end + wait + look)));
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
