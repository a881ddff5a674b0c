//! A sync: token, checklist, changes of the directory (`server/src/worker/runs/sync.rs`,
//! `server/src/tenant/preflight.rs`, `server/src/worker/runs/people.rs`).

use domain::schedule::{BATCH, SYNC_EVERY, back_off};

use super::Fleet;
use crate::{
    cost,
    facts::{self, CHECKLIST, CHECKLIST_UNITS, DELTA_PAGE},
    moment::{Micros, days},
    queue::{After, Event, RunId},
    run::{Kind, Round},
    tally::phase,
};

impl Fleet {
    /// Fetches a new token, because an old one has the permissions of its time, and makes one call for each permission.
    pub(super) fn verify(&mut self, now: Micros, run: RunId) {
        let Some(mut at) = self.token(now, run, true) else { return self.fail(now, run) };
        let org = self.of(run).org;
        if !self.organisations[org as usize].consents {
            return self.queue.push(at, Event::Refused(run));
        }
        for call in 0..CHECKLIST {
            self.tally.day(at).probes += 1;
            self.microsoft.count_requests(at, 1, u64::from(call < CHECKLIST_UNITS));
            at += self.random.latency(facts::CALL);
        }
        self.queue.push(at, Event::Verified(run));
    }

    pub(super) fn verified(&mut self, now: Micros, run: RunId) {
        let org = self.of(run).org;
        self.organisations[org as usize].works = true;
        let end = self.write(now, org, cost::JUDGE);
        let end = self.write(end, org, cost::WAKE);
        let round = self.changes(now, run);
        self.of(run).round = round;
        self.read_page(end, run);
    }

    /// Continues a sync whose permissions were checked before its first page.
    pub(super) fn go_on(&mut self, now: Micros, run: RunId) {
        match self.token(now, run, false) {
            Some(at) => self.read_page(at, run),
            None => self.fail(now, run),
        }
    }

    /// The changes of the directory since the last sync, with those that an earlier attempt could not read.
    fn changes(&mut self, now: Micros, run: RunId) -> Round {
        let (org, unread) = (self.of(run).org, self.of(run).round);
        let habits = &self.plan.load.habits;
        let one = &mut self.organisations[org as usize];
        one.apply_changes(now, habits, &mut self.random);
        let passed = (days(now) - one.read).max(0.0);
        one.read = days(now);
        let all = f64::from(self.plan.load.mailboxes) * passed;
        let (new, left) = (
            self.random.count(all * habits.hires),
            self.random.count(all * habits.leavers).min(one.connected),
        );
        let seen = std::mem::take(&mut one.directory_changes);
        let changed = self.random.count(all * habits.changes);
        let need = one.broken as f64 / f64::from(self.plan.load.mailboxes);
        let of_need = seen > 0 || self.random.some_of(changed, need) > 0;
        // New people are connected the same day, and people who left keep their slot for a while.
        one.connected = one.connected + new - left;
        one.left += left;
        let (new, left, changed) = (unread.new + new, unread.left + left, unread.changed + changed + seen);
        let pages = (new + left + changed).div_ceil(DELTA_PAGE).max(1);
        Round { pages, new, left, changed, of_need: unread.of_need || of_need }
    }

    fn read_page(&mut self, now: Micros, run: RunId) {
        if self.microsoft.is_unreachable(now) {
            return self.fail(now, run);
        }
        let round = self.of(run).round;
        self.tally.day(now).delta_pages += 1;
        self.microsoft.count_requests(now, 1, 1);
        let mut at = now + self.random.latency(facts::DELTA);
        // Later rounds contain only changed properties, so each user in them is read completely before the data is
        // used.
        let named = (round.new + round.changed).min(DELTA_PAGE) as usize;
        for many in (0..named).step_by(BATCH).map(|from| (named - from).min(BATCH) as u64) {
            at = self.microsoft.admit(at, many, &mut self.random, &mut self.tally);
            self.microsoft.count_requests(at, 0, many);
            let day = self.tally.day(at);
            (day.batches, day.parts) = (day.batches + 1, day.parts + many);
            at += self.random.latency(facts::CALL);
        }
        self.queue.push(at, Event::Page(run));
    }

    pub(super) fn page_read(&mut self, now: Micros, run: RunId) {
        let (org, round) = (self.of(run).org, self.of(run).round);
        let on_page = |all: u64| all.div_ceil(round.pages.max(1)).min(DELTA_PAGE);
        let mut page = cost::PAGE;
        if round.found() > 0 {
            let (rows, events) = (on_page(round.found()), on_page(round.left + round.changed));
            // Mailboxes with their events; the run's findings, the delegation, and the counts.
            page = page.and(rows + 2 + u64::from(round.of_need), events + 1);
        }
        let mut end = self.write(now, org, page);
        if round.of_need {
            self.plan_check(end, org, 0);
        }
        self.of(run).round.pages -= 1;
        if round.pages > 1 {
            self.of(run).has_cursor = true;
            if self.is_turn_over(end, run) {
                let end = self.write(end, org, cost::PARK_SYNC);
                return self.queue.push(end, Event::Left(run, After::Again(end)));
            }
            return self.read_page(end, run);
        }
        let found = u64::from(round.found() > 0);
        end = self.write(end, org, cost::FINISH_SYNC.and(found, 0));
        end = self.write(end, org, cost::END_SYNC);
        let day = self.tally.day(now);
        (day.syncs, day.listed, day.audits) = (day.syncs + 1, day.listed + found, day.audits + found);
        let one = &mut self.organisations[org as usize];
        one.owed += 1 - found;
        one.sync_failures = 0;
        one.next_sync = end + self.random.spread(SYNC_EVERY);
        self.replan(org);
        let due = self.of(run).due;
        self.tally.syncs.done += 1;
        self.tally.sync_late[phase(due)].add(end - due);
        self.queue.push(end, Event::Left(run, After::Over));
    }

    /// Consent was withdrawn: the organisation counts as broken until a sync succeeds.
    pub(super) fn refused(&mut self, now: Micros, run: RunId) {
        let (org, kind) = (self.of(run).org, self.of(run).kind);
        let end = self.write(now, org, cost::JUDGE);
        let (ending, wait) = match kind {
            Kind::Sync => (cost::END_SYNC, back_off(self.organisations[org as usize].sync_failures)),
            Kind::Check | Kind::Sweep => (cost::PARK_CHECK, back_off(0)),
        };
        let end = self.write(end, org, ending);
        let one = &mut self.organisations[org as usize];
        one.works = false;
        one.next_sync = end + self.random.spread(wait);
        match kind {
            Kind::Sync => {
                one.sync_failures = one.sync_failures.saturating_add(1);
                self.tally.syncs.refused += 1;
            }
            Kind::Sweep => self.tally.sweeps.refused += 1,
            Kind::Check => {}
        }
        self.tally.day(now).listed += 1;
        self.replan(org);
        self.queue.push(end, Event::Left(run, After::Over));
    }
}
