//! A check of mailboxes: pages of 400 from the database, batches of twenty, four in flight at once
//! (`server/src/worker/runs/probe.rs`). An unchanged mailbox is not written.

use domain::schedule::{BATCH, IN_FLIGHT, PAGE};

use super::Fleet;
use crate::{
    cost, facts,
    moment::{Micros, of_seconds},
    queue::{After, Event, RunId},
    run::{Findings, Kind, Progress},
    tally::phase,
};

impl Fleet {
    pub(super) fn begin(&mut self, now: Micros, run: RunId) {
        let Some(at) = self.token(now, run, false) else { return self.fail(now, run) };
        let (org, kind) = (self.of(run).org, self.of(run).kind);
        let one = &mut self.organisations[org as usize];
        // A cached token (`at == now`) is valid until it expires, even if consent was withdrawn.
        if at > now && !one.consents {
            return self.queue.push(at, Event::Refused(run));
        }
        if self.of(run).check.is_none() {
            let one = &mut self.organisations[org as usize];
            one.apply_changes(now, &self.plan.load.habits, &mut self.random);
            let mut findings = Findings {
                healed: one.repaired,
                guilty: one.guilty,
                cleared: one.suspects - one.guilty,
                ..Findings::default()
            };
            let mut all = one.in_need() + one.suspects;
            if kind == Kind::Sweep {
                all = one.in_need() + one.connected;
                findings.hiccups = self.random.some_of(one.connected, self.plan.load.habits.hiccups);
                findings.failed = one.unseen.saturating_sub(one.guilty);
            }
            self.of(run).check =
                Some(Progress { left: all, unanswered: all, findings, ..Progress::default() });
        }
        self.begin_page(at, run);
    }

    fn begin_page(&mut self, now: Micros, run: RunId) {
        let Some(at) = self.token(now, run, false) else { return self.fail(now, run) };
        let progress = self.of(run).check.get_or_insert_default();
        progress.page = progress.left.min(PAGE);
        progress.waiting = progress.page;
        if progress.page == 0 {
            return self.finish(at, run);
        }
        progress.settled = at;
        for _ in 0..IN_FLIGHT {
            self.send_batch(at, run);
        }
    }

    /// Sends the next batch of the page, if there is one.
    fn send_batch(&mut self, now: Micros, run: RunId) {
        let epoch = self.of(run).epoch;
        let progress = self.of(run).check.get_or_insert_default();
        let requested = progress.waiting.min(BATCH as u64);
        if requested == 0 {
            return;
        }
        progress.waiting -= requested;
        progress.in_flight += 1;
        self.in_flight += 1;
        self.tally.most_in_flight = self.tally.most_in_flight.max(self.in_flight);
        let (at, away) = match self.microsoft.is_unreachable(now) {
            true => {
                let day = self.tally.day(now);
                day.batches += facts::TRIES;
                day.parts += facts::TRIES * requested;
                self.microsoft.count_requests(now, facts::TRIES * requested, 0);
                (now + self.tries(), true)
            }
            false => {
                let at = self.microsoft.admit(now, requested, &mut self.random, &mut self.tally);
                let again = self.random.some_of(requested, facts::AGAIN);
                let mut took = self.random.latency(facts::BATCH);
                let day = self.tally.day(at);
                (day.batches, day.parts) = (day.batches + 1, day.parts + requested);
                if again > 0 {
                    (day.batches, day.parts) = (day.batches + 1, day.parts + again);
                    self.microsoft.count_requests(at, again, 0);
                    took += of_seconds(facts::WAITS[0] * 1.25) + self.random.latency(facts::CALL);
                }
                (at + took, false)
            }
        };
        let requested = u16::try_from(requested).unwrap_or(u16::MAX);
        self.queue.push(at, Event::Batch { run, epoch, requested, away });
    }

    pub(super) fn answered(&mut self, now: Micros, run: RunId, epoch: u32, requested: u16, away: bool) {
        self.in_flight -= 1;
        // Answers of an abandoned attempt, or of a run that has ended meanwhile, are ignored.
        let current = self.runs[run as usize].as_ref().is_some_and(|run| run.epoch == epoch);
        if !current {
            return;
        }
        if away {
            return self.give_up(now, run);
        }
        let org = self.of(run).org;
        let (random, requested) = (&mut self.random, u64::from(requested));
        let Some(Some(progress)) = self.runs[run as usize].as_mut().map(|run| run.check.as_mut()) else {
            return;
        };
        let all = progress.unanswered;
        let mut share = |part: &mut u64| {
            let many = random.share(*part, requested, all);
            *part -= many;
            many
        };
        let findings = &mut progress.findings;
        let found = Findings {
            healed: share(&mut findings.healed),
            failed: share(&mut findings.failed),
            hiccups: share(&mut findings.hiccups),
            guilty: share(&mut findings.guilty),
            cleared: share(&mut findings.cleared),
        };
        progress.unanswered -= requested;
        progress.in_flight -= 1;
        let at = now.max(progress.settled);
        let cost = self.apply_findings(at, org, found);
        let end = self.write(at, org, cost);
        let progress = self.of(run).check.get_or_insert_default();
        progress.settled = end;
        let (more, under_way) = (progress.waiting > 0, progress.in_flight > 0);
        if more {
            self.send_batch(end, run);
        } else if !under_way {
            self.turn_page(end, run);
        }
    }

    fn turn_page(&mut self, now: Micros, run: RunId) {
        let org = self.of(run).org;
        let end = self.write(now, org, cost::ADVANCE);
        let progress = self.of(run).check.get_or_insert_default();
        progress.left -= progress.page;
        // Checked after the last page as well: only the next read finds that no page follows.
        if self.is_turn_over(end, run) {
            let end = self.write(end, org, cost::PARK_CHECK);
            return self.queue.push(end, Event::Left(run, After::Again(end)));
        }
        self.begin_page(end, run);
    }

    fn finish(&mut self, now: Micros, run: RunId) {
        let (org, kind, due) = (self.of(run).org, self.of(run).kind, self.of(run).due);
        let end = self.write(now, org, cost::END_CHECK);
        self.organisations[org as usize].owed += 1;
        let day = self.tally.day(now);
        if kind == Kind::Sweep {
            day.sweeps += 1;
            self.tally.sweeps.done += 1;
            self.tally.sweep_late[phase(due)].add(end - due);
        } else {
            day.checks += 1;
        }
        self.queue.push(end, Event::Left(run, After::Over));
    }
}
