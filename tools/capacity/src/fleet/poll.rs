//! Starts due runs: each replica polls every second, and one poll takes at most [`MAX_STARTS_PER_POLL`] organisations
//! (`server/src/worker/schedule.rs`, `store/src/schedule.rs`).

use std::cmp::Reverse;

use domain::schedule::{
    MAX_STARTS_PER_POLL, POLL_EVERY, SCHEDULED_PERMITS, SWEEP_EVERY, SYNC_EVERY, back_off,
};

use super::Fleet;
use crate::{
    cost,
    moment::{Micros, days, micros},
    queue::{Event, OrgId},
    run::{Kind, Run},
    tally::phase,
};

impl Fleet {
    pub(super) fn poll(&mut self, now: Micros, replica: usize) {
        while let Some(&Reverse((at, org))) = self.due.peek() {
            if at > now {
                break;
            }
            self.due.pop();
            let one = &mut self.organisations[org as usize];
            if one.next() <= now && one.overdue.is_none() {
                one.overdue = Some(one.next_sync);
                self.overdue.insert((one.next_sync, org));
            }
        }
        let found: Vec<_> = self.overdue.iter().take(MAX_STARTS_PER_POLL as usize).copied().collect();
        let day = self.tally.day(now);
        day.polls += 1;
        day.full_looks += u64::from(found.len() as u64 == MAX_STARTS_PER_POLL);
        day.full_places += u64::from(self.permits[replica] >= SCHEDULED_PERMITS);
        day.most_waiting = day.most_waiting.max(self.ready.len() as u64);
        let mut at = now;
        for (key, org) in found {
            self.overdue.remove(&(key, org));
            at = self.start_due(at, now, org);
        }
        self.queue.push(at + micros(POLL_EVERY), Event::Poll(replica));
    }

    /// Starts the due runs of one organisation in one transaction. Returns the time of its commit.
    fn start_due(&mut self, at: Micros, now: Micros, org: OrgId) -> Micros {
        let habits = &self.plan.load.habits;
        let one = &mut self.organisations[org as usize];
        one.overdue = None;
        one.apply_changes(now, habits, &mut self.random);
        let (due_sync, due_sweep) = (one.next_sync, one.next_sweep);
        let (mut cost, mut started) = (cost::POLL, Vec::new());
        let sweeps = due_sweep <= now;
        if sweeps {
            let gone = self.random.count(one.left as f64 / 30.0 * (days(now) - one.swept)).min(one.left);
            (one.left, one.swept) = (one.left - gone, days(now));
            if gone > 0 {
                // The mailboxes with their events, the slots with theirs, counts, and a line of the audit log.
                cost = cost.and(gone + 2, gone + 2);
                self.tally.day(now).audits += 1;
            }
        }
        if due_sync <= now {
            one.next_sync = now + self.random.spread(SYNC_EVERY);
            self.tally.syncs.due += 1;
            match one.syncing {
                true => self.tally.syncs.merged += 1,
                false => started.push((Kind::Sync, due_sync)),
            }
            one.syncing = true;
        }
        // While a check is in progress the sweep stays due. A sweep that begins also covers a due check.
        let has_mailboxes = one.works && one.in_need() + one.connected > 0;
        let begins = has_mailboxes && !one.checking;
        if sweeps && (begins || !has_mailboxes) {
            one.next_sweep = now + self.random.spread(SWEEP_EVERY);
            self.tally.sweeps.due += 1;
            match begins {
                true => started.push((Kind::Sweep, due_sweep)),
                false => self.tally.sweeps.merged += 1,
            }
            one.checking |= begins;
        }
        if let Some(due) = one.next_check.filter(|due| *due <= now) {
            let has_mailboxes = one.works && one.in_need() + one.suspects > 0;
            if has_mailboxes && !one.checking {
                started.push((Kind::Check, due));
                one.checking = true;
            }
            let over = one.works && !has_mailboxes;
            let again = now + self.random.spread(back_off(one.check_failures));
            one.next_check = (!over).then_some(again);
            one.check_failures = if over { 0 } else { one.check_failures.saturating_add(1) };
        }
        if !started.is_empty() {
            // Ended runs without findings are deleted.
            cost = cost.and(started.len() as u64 + std::mem::take(&mut one.owed), 0);
        }
        let end = self.write(at, org, cost);
        for (kind, due) in started {
            let run = self.make(Run::new(org, kind, due));
            self.queue.push(end, Event::Ready(run));
        }
        self.replan(org);
        end
    }

    /// Counts runs that are due but not done at the end, with their lateness at that time.
    pub(super) fn close(&mut self) {
        let end = self.plan.until;
        for run in self.runs.iter().flatten() {
            match run.kind {
                Kind::Sync => {
                    self.tally.syncs.open += 1;
                    self.tally.sync_late[phase(run.due)].add(end.saturating_sub(run.due));
                }
                Kind::Sweep => {
                    self.tally.sweeps.open += 1;
                    self.tally.sweep_late[phase(run.due)].add(end.saturating_sub(run.due));
                }
                Kind::Check => {}
            }
        }
        for one in &self.organisations {
            if one.next_sync < end {
                self.tally.syncs.due += 1;
                self.tally.syncs.open += 1;
                self.tally.sync_late[phase(one.next_sync)].add(end - one.next_sync);
            }
            if one.next_sweep < end {
                self.tally.sweeps.due += 1;
                self.tally.sweeps.open += 1;
                self.tally.sweep_late[phase(one.next_sweep)].add(end - one.next_sweep);
            }
        }
    }
}
