//! Starting what is due: each replica looks every second, and one look takes so many organisations at most
//! (`server/src/runs/schedule.rs`, `store/watch.rs`).

use std::cmp::Reverse;

use domain::cadence::{LOOK_EVERY, STARTS, SWEEP_EVERY, SYNC_EVERY, WATCH_PLACES, back_off};

use super::Fleet;
use crate::{
    cost,
    moment::{Micros, days, micros},
    queue::{Event, OrgId},
    run::{Kind, Run},
    tally::phase,
};

impl Fleet {
    pub(super) fn look(&mut self, now: Micros, replica: usize) {
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
        let found: Vec<_> = self.overdue.iter().take(STARTS as usize).copied().collect();
        let day = self.tally.day(now);
        day.looks += 1;
        day.full_looks += u64::from(found.len() as u64 == STARTS);
        day.full_places += u64::from(self.places[replica] >= WATCH_PLACES);
        day.most_waiting = day.most_waiting.max(self.ready.len() as u64);
        let mut at = now;
        for (key, org) in found {
            self.overdue.remove(&(key, org));
            at = self.look_after(at, now, org);
        }
        self.queue.push(at + micros(LOOK_EVERY), Event::Look(replica));
    }

    /// One organisation, one transaction. Returns when it is committed.
    fn look_after(&mut self, at: Micros, now: Micros, org: OrgId) -> Micros {
        let habits = &self.plan.load.habits;
        let one = &mut self.organisations[org as usize];
        one.overdue = None;
        one.drift(now, habits, &mut self.random);
        let (due_sync, due_sweep) = (one.next_sync, one.next_sweep);
        let (mut cost, mut started) = (cost::LOOK, Vec::new());
        let sweeps = due_sweep <= now;
        if sweeps {
            let gone = self.random.count(one.left as f64 / 30.0 * (days(now) - one.swept)).min(one.left);
            (one.left, one.swept) = (one.left - gone, days(now));
            if gone > 0 {
                // The mailboxes with their events, the slots with theirs, counts, and a line of the log.
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
        // While a check is under way the sweep stays due. One that begins covers the check that is due as well.
        let somebody = one.works && one.in_need() + one.connected > 0;
        let begins = somebody && !one.checking;
        if sweeps && (begins || !somebody) {
            one.next_sweep = now + self.random.spread(SWEEP_EVERY);
            self.tally.sweeps.due += 1;
            match begins {
                true => started.push((Kind::Sweep, due_sweep)),
                false => self.tally.sweeps.merged += 1,
            }
            one.checking |= begins;
        }
        if let Some(due) = one.next_check.filter(|due| *due <= now) {
            let somebody = one.works && one.in_need() + one.suspects > 0;
            if somebody && !one.checking {
                started.push((Kind::Check, due));
                one.checking = true;
            }
            let over = one.works && !somebody;
            let again = now + self.random.spread(back_off(one.check_failures));
            one.next_check = (!over).then_some(again);
            one.check_failures = if over { 0 } else { one.check_failures.saturating_add(1) };
        }
        if !started.is_empty() {
            // Runs that are told to nobody go.
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

    /// What is due and not done at the end is as late as it is then.
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
