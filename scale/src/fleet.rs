//! The simulation: everything that happens, one event after another.
//!
//! What is aggregated, and why the figures stay right:
//!
//! - Mailboxes are counted by organisation, not kept. They are alike, and the schedule asks for them in the order of their
//!   rows; how many of a batch are broken is drawn from how many of the organisation are.
//! - A batch of twenty is one event: its request, answer and transaction. So limits, places and writers see each
//!   batch at its own time. The second try of single parts is counted with the first.
//! - The calls of a sync's checklist follow one another without the database, so they are one event, each counted in its
//!   own ten seconds.
//! - Events of the log that become too old are as many as those written meanwhile, as after two quiet weeks.
//! - Reads of the database are part of a transaction's cost, which was measured with them.
//!
//! Not simulated: what people ask for by hand, the first reading of a new organisation, crashes (a lease that runs out
//! delays an organisation by half a minute), and sending mail, which is another service's.

mod check;
mod claim;
mod findings;
mod look;
mod outage;
mod retention;
mod sync;

use std::{
    cmp::Reverse,
    collections::{BTreeSet, BinaryHeap, VecDeque},
};

use crate::{
    cost::Cost,
    database::Database,
    load::Plan,
    microsoft::Microsoft,
    moment::{Micros, SECOND},
    organisation::Organisation,
    queue::{Event, OrgId, Queue, RunId},
    random::Random,
    run::Run,
    tally::Tally,
};

/// The fleet at work.
#[derive(Debug)]
pub(crate) struct Fleet {
    pub(crate) plan: Plan,
    pub(crate) tally: Tally,
    pub(crate) database: Database,
    pub(crate) microsoft: Microsoft,
    random: Random,
    queue: Queue,
    organisations: Vec<Organisation>,
    runs: Vec<Option<Run>>,
    /// Places of runs that ended.
    free: Vec<RunId>,
    /// Runs that may be claimed, in the order in which they are.
    ready: VecDeque<RunId>,
    /// Runs that each replica works on.
    places: Vec<usize>,
    /// Until when the token is kept, by organisation and replica.
    tokens: Vec<Micros>,
    /// When organisations are due; one that was planned anew meanwhile says so itself.
    due: BinaryHeap<Reverse<(Micros, OrgId)>>,
    /// Those that are due now, as a look finds them: by the time of their next sync.
    overdue: BTreeSet<(Micros, OrgId)>,
    in_flight: u64,
    epochs: u32,
}

impl Fleet {
    pub(crate) fn new(plan: Plan) -> Self {
        let mut random = Random::seeded(plan.seed);
        let (replicas, many) = (plan.deployment.replicas, plan.load.organisations);
        let organisations: Vec<_> =
            (0..many).map(|_| Organisation::settled(&plan.load, &mut random)).collect();
        let due = organisations.iter().zip(0..).map(|(org, id)| Reverse((org.next(), id))).collect();
        let mut fleet = Self {
            tally: Tally::default(),
            database: Database::new(&plan.deployment),
            microsoft: Microsoft::new(plan.outage),
            random,
            queue: Queue::default(),
            tokens: vec![0; organisations.len() * replicas],
            organisations,
            runs: Vec::new(),
            free: Vec::new(),
            ready: VecDeque::new(),
            places: vec![0; replicas],
            due,
            overdue: BTreeSet::new(),
            in_flight: 0,
            epochs: 0,
            plan,
        };
        fleet.wake_up();
        fleet
    }

    fn wake_up(&mut self) {
        let replicas = self.places.len() as u64;
        for replica in 0..self.places.len() {
            self.queue.push(SECOND * replica as u64 / replicas, Event::Look(replica));
            let at = crate::facts::RETENTION * replica as u64 / replicas;
            self.queue.push(at, Event::Sweep(replica, 0));
        }
        self.plan_withdrawal(0);
    }

    /// Runs to the end, and counts what is still open then as late.
    pub(crate) fn run(&mut self) {
        while let Some((now, event)) = self.queue.pop() {
            if now >= self.plan.until {
                break;
            }
            match event {
                Event::Look(replica) => self.look(now, replica),
                Event::Ready(run) => {
                    self.ready.push_back(run);
                    self.dispatch(now);
                }
                Event::Start(run) => self.start(now, run),
                Event::Verified(run) => self.verified(now, run),
                Event::Refused(run) => self.refused(now, run),
                Event::Away(run) => self.give_up(now, run),
                Event::Page(run) => self.page_read(now, run),
                Event::Batch { run, epoch, asked, away } => self.answered(now, run, epoch, asked, away),
                Event::Left(run, after) => self.left(now, run, after),
                Event::Sweep(replica, from) => self.throw_away(now, replica, from),
                Event::Withdraw => self.withdraw(now),
                Event::Return(org) => self.organisations[org as usize].consents = true,
            }
        }
        self.close();
    }

    /// How many events there were.
    pub(crate) const fn events(&self) -> u64 {
        self.queue.made()
    }

    /// Writes one transaction of an organisation.
    fn write(&mut self, at: Micros, org: OrgId, cost: Cost) -> Micros {
        self.organisations[org as usize].fresh_events += cost.events;
        self.database.write(at, cost, &mut self.tally)
    }

    /// A run under way.
    fn of(&mut self, run: RunId) -> &mut Run {
        self.runs[run as usize].get_or_insert_with(|| unreachable!("an event of a run that is over"))
    }

    /// A number that no attempt had before.
    const fn epoch(&mut self) -> u32 {
        self.epochs = self.epochs.wrapping_add(1);
        self.epochs
    }

    /// An organisation has been planned anew.
    fn replan(&mut self, org: OrgId) {
        self.due.push(Reverse((self.organisations[org as usize].next(), org)));
    }
}
