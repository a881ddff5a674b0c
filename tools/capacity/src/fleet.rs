//! The simulation, one event after another.
//!
//! Simplifications, and why the figures stay correct:
//!
//! - Mailboxes are counted by organisation, not simulated one by one. They are alike, and the schedule checks them in
//!   the order of their rows; the number of broken ones in a batch is drawn from the organisation's number.
//! - A batch of twenty is one event: its request, answer and transaction. So limits, permits and writers get each batch
//!   at its own time. The second attempt of single parts is counted with the first.
//! - The calls of a sync's checklist follow one another without the database, so they are one event, each counted in
//!   its own window of ten seconds.
//! - As many events expire as are written meanwhile, as after two quiet weeks.
//! - Reads of the database are part of a transaction's cost, which was measured with them.
//!
//! Not simulated: actions of users, the first sync of a new organisation, crashes (an expired lease delays an
//! organisation by half a minute), and sending mail, which another service does.

mod check;
mod claim;
mod findings;
mod outage;
mod poll;
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

/// The simulated fleet.
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
    /// Indices of ended runs, for reuse.
    free: Vec<RunId>,
    /// Runs that may be claimed, in this order.
    ready: VecDeque<RunId>,
    /// Number of runs that each replica works on.
    permits: Vec<usize>,
    /// Expiry of the cached token, by organisation and replica.
    tokens: Vec<Micros>,
    /// Due times of organisations. An entry may be outdated: the organisation's own due time decides.
    due: BinaryHeap<Reverse<(Micros, OrgId)>>,
    /// Organisations that are due now, in the order in which a poll takes them: by the time of their next sync.
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
            permits: vec![0; replicas],
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
        let replicas = self.permits.len() as u64;
        for replica in 0..self.permits.len() {
            self.queue.push(SECOND * replica as u64 / replicas, Event::Poll(replica));
            let at = crate::facts::RETENTION * replica as u64 / replicas;
            self.queue.push(at, Event::Sweep(replica, 0));
        }
        self.plan_withdrawal(0);
    }

    /// Runs to the end, and counts open runs as late.
    pub(crate) fn run(&mut self) {
        while let Some((now, event)) = self.queue.pop() {
            if now >= self.plan.until {
                break;
            }
            match event {
                Event::Poll(replica) => self.poll(now, replica),
                Event::Ready(run) => {
                    self.ready.push_back(run);
                    self.dispatch(now);
                }
                Event::Start(run) => self.start(now, run),
                Event::Verified(run) => self.verified(now, run),
                Event::Refused(run) => self.refused(now, run),
                Event::Away(run) => self.give_up(now, run),
                Event::Page(run) => self.page_read(now, run),
                Event::Batch { run, epoch, requested, away } => {
                    self.answered(now, run, epoch, requested, away)
                }
                Event::Left(run, after) => self.left(now, run, after),
                Event::Sweep(replica, from) => self.throw_away(now, replica, from),
                Event::Withdraw => self.withdraw(now),
                Event::Return(org) => self.organisations[org as usize].consents = true,
            }
        }
        self.close();
    }

    /// The number of simulated events.
    pub(crate) const fn events(&self) -> u64 {
        self.queue.made()
    }

    /// Writes one transaction of an organisation.
    fn write(&mut self, at: Micros, org: OrgId, cost: Cost) -> Micros {
        self.organisations[org as usize].fresh_events += cost.events;
        self.database.write(at, cost, &mut self.tally)
    }

    /// A run in progress.
    fn of(&mut self, run: RunId) -> &mut Run {
        self.runs[run as usize].get_or_insert_with(|| unreachable!("an event of a run that is over"))
    }

    /// A new number for an attempt.
    const fn epoch(&mut self) -> u32 {
        self.epochs = self.epochs.wrapping_add(1);
        self.epochs
    }

    /// Queues an organisation with its new due time.
    fn replan(&mut self, org: OrgId) {
        self.due.push(Reverse((self.organisations[org as usize].next(), org)));
    }
}
