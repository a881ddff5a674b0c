//! Permits and leases: which replica works on which run, and for how long (`server/src/worker/runs/concurrency.rs`,
//! `store/src/runs/claim.rs`). One replica at a time works on an organisation. All runs here are scheduled runs, which
//! use the permits for scheduled runs.

use domain::schedule::{SCHEDULED_PERMITS, TIME_SLICE};

use super::Fleet;
use crate::{
    cost,
    moment::{Micros, micros},
    queue::{After, Event, RunId},
    run::{Kind, Run},
};

impl Fleet {
    pub(super) fn make(&mut self, run: Run) -> RunId {
        let run = Run { epoch: self.epoch(), ..run };
        if let Some(id) = self.free.pop() {
            self.runs[id as usize] = Some(run);
            return id;
        }
        self.runs.push(Some(run));
        RunId::try_from(self.runs.len() - 1).unwrap_or(RunId::MAX)
    }

    /// Gives free permits to the runs that have waited longest, beginning with a random replica.
    pub(super) fn dispatch(&mut self, now: Micros) {
        let replicas = self.permits.len();
        let mut idle = 0;
        let mut replica = self.random.below(replicas as u64) as usize;
        while idle < replicas && !self.ready.is_empty() {
            let next = (self.permits[replica] < SCHEDULED_PERMITS).then(|| self.claimable(replica)).flatten();
            match next.and_then(|at| self.ready.remove(at)) {
                Some(run) => {
                    idle = 0;
                    self.claim(now, replica, run);
                }
                None => idle += 1,
            }
            replica = (replica + 1) % replicas;
        }
    }

    /// The index of the first run of an organisation that no other replica works on.
    fn claimable(&self, replica: usize) -> Option<usize> {
        self.ready.iter().position(|run| {
            let run = self.runs[*run as usize].as_ref();
            run.is_some_and(|run| {
                self.organisations[run.org as usize].owner.is_none_or(|owner| owner == replica)
            })
        })
    }

    fn claim(&mut self, now: Micros, replica: usize, run: RunId) {
        let org = self.of(run).org;
        let end = self.write(now, org, cost::CLAIM);
        let one = &mut self.organisations[org as usize];
        (one.owner, one.working) = (Some(replica), one.working + 1);
        self.permits[replica] += 1;
        let run_of = self.of(run);
        (run_of.replica, run_of.placed, run_of.turn) = (replica, now, end);
        self.queue.push(end, Event::Start(run));
    }

    pub(super) fn start(&mut self, now: Micros, run: RunId) {
        let (kind, has_cursor) = (self.of(run).kind, self.of(run).has_cursor);
        match kind {
            Kind::Sync if has_cursor => self.go_on(now, run),
            Kind::Sync => self.verify(now, run),
            Kind::Check | Kind::Sweep => self.begin(now, run),
        }
    }

    /// Whether a run has used its time slice, and others wait for its permit.
    pub(super) fn is_turn_over(&mut self, now: Micros, run: RunId) -> bool {
        let run = self.of(run);
        let (replica, over) = (run.replica, now >= run.turn + micros(TIME_SLICE));
        over && self.permits[replica] >= SCHEDULED_PERMITS && self.claimable(replica).is_some()
    }

    pub(super) fn left(&mut self, now: Micros, run: RunId, after: After) {
        let (org, kind, replica, placed) = {
            let run = self.of(run);
            (run.org, run.kind, run.replica, run.placed)
        };
        self.permits[replica] -= 1;
        self.tally.day(now).placed += now - placed;
        let one = &mut self.organisations[org as usize];
        one.working -= 1;
        if one.working == 0 {
            one.owner = None;
        }
        match after {
            After::Again(at) => self.queue.push(at.max(now), Event::Ready(run)),
            After::Over => {
                match kind {
                    Kind::Sync => one.syncing = false,
                    Kind::Check | Kind::Sweep => one.checking = false,
                }
                self.runs[run as usize] = None;
                self.free.push(run);
            }
        }
        self.dispatch(now);
    }

    /// A token of the organisation in the replica's cache, or one that is fetched now. Returns the time at which it is
    /// available; `None` during an outage of Microsoft.
    pub(super) fn token(&mut self, now: Micros, run: RunId, anew: bool) -> Option<Micros> {
        let replicas = self.permits.len();
        let (org, replica) = {
            let run = self.of(run);
            (run.org, run.replica)
        };
        let kept = org as usize * replicas + replica;
        if !anew && self.tokens[kept] > now {
            return Some(now);
        }
        if self.microsoft.is_unreachable(now) {
            self.tally.day(now).tokens += crate::facts::TRIES;
            return None;
        }
        self.tally.day(now).tokens += 1;
        self.microsoft.count_token(now);
        self.tokens[kept] = now + crate::facts::TOKEN_LIFETIME;
        Some(now + self.random.latency(crate::facts::TOKEN))
    }
}
