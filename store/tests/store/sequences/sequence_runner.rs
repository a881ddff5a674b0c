//! Plays a sequence on its own workspace, as two processes and a host application would.

use std::collections::HashMap;

use domain::{
    Reason,
    ids::{ExclusionId, Millis, RowNumber, RunId},
    run::{RunKind, RunState},
    undo::ExclusionTarget,
};
use sea_orm::{ConnectionTrait, Database};
use store::clock::Sources;
use store::{ItemOutcome, ItemResult, Lease, NewExclusion, NewRun, Store, StoreError, SyncPage, Urgency};

use super::invariants::Invariants;
use store_testing::{
    clock::StoppedClock,
    database::TestDatabase,
    organisation::{Organisation, entry, organisation, plan},
};

const PEOPLE: u32 = 8;
const SLOTS: u32 = 5;
/// A lease that was not renewed for this long can be claimed by another process.
const LEASE: Millis = 30_000;
const OWNERS: [&str; 2] = ["one", "two"];

pub(super) struct SequenceRunner {
    url: String,
    clock: StoppedClock,
    /// Two processes; on SQLite, which allows only one, twice the same.
    stores: [Store; 2],
}

/// A lease in the memory of a process; it may be lost already.
struct Held {
    lease: Lease,
    owner: usize,
    /// The number of the claim that created it.
    claim: u32,
}

struct Game<'p> {
    sequence_runner: &'p SequenceRunner,
    organisation: Organisation,
    invariants: Invariants,
    held: Vec<Held>,
    /// The claim that really has the run, its owner, and the time until which no other process may claim it.
    holder: HashMap<RunId, (u32, usize, Millis)>,
    claims: u32,
    version: i64,
    exclusion: Option<ExclusionId>,
}

impl SequenceRunner {
    pub(super) async fn new(database: &TestDatabase) -> Self {
        let clock = StoppedClock::now();
        let one = database.store_at(clock.sources()).await;
        let two = match database.url.starts_with("sqlite") {
            true => one.clone(),
            false => database.store_at(clock.sources()).await,
        };
        Self { url: database.url.clone(), clock, stores: [one, two] }
    }

    pub(super) async fn play(&self, moves: &[(u8, u8, u8)]) {
        self.finish_runs_of_failed_game().await;
        let organisation = organisation(&self.stores[0], Some(SLOTS), PEOPLE).await;
        let invariants = Invariants::over(&self.url, &organisation, SLOTS).await;
        let (held, holder) = (Vec::new(), HashMap::new());
        let mut game = Game {
            sequence_runner: self,
            organisation,
            invariants,
            held,
            holder,
            claims: 0,
            version: 0,
            exclusion: None,
        };
        for &(what, a, b) in moves {
            game.step(what, a, b).await;
            game.invariants.check().await;
        }
        game.drain().await;
        game.invariants.check_the_end().await;
    }
}

impl SequenceRunner {
    /// Finishes open runs of a failed game: if the next game could claim them, no sequence could be shrunk.
    async fn finish_runs_of_failed_game(&self) {
        let by_hand = Database::connect(&self.url).await.unwrap();
        by_hand.execute_unprepared("UPDATE run SET finished_at = 1 WHERE finished_at IS NULL").await.unwrap();
        by_hand.close().await.unwrap();
    }
}

impl Game<'_> {
    async fn step(&mut self, what: u8, a: u8, b: u8) {
        match what % 17 {
            0 | 1 => self.accept(RunKind::Connect, a, b).await,
            2 => self.accept(RunKind::Reconnect, a, b).await,
            3 => self.accept(RunKind::Disconnect, a, b).await,
            4 => self.accept([RunKind::Verify, RunKind::Sync][usize::from(b % 2)], a, b).await,
            5 => self.claim(usize::from(a % 2)).await,
            6..=9 if self.held.is_empty() => self.claim(usize::from(a % 2)).await,
            6..=9 => self.work(usize::from(a) % self.held.len(), b).await,
            10 => self.end(a, b).await,
            11 => self.sequence_runner.clock.advance(Millis::from(a) * 300),
            12 => self.push_slots(a, b).await,
            13 => self.pause_or_resume(a, b).await,
            14 | 15 => self.exclude_or_include(a, b).await,
            _ => self.crash(a, b).await,
        }
    }

    fn store(&self, owner: usize) -> &Store {
        &self.sequence_runner.stores[owner]
    }

    fn rows(mask: u8) -> Vec<RowNumber> {
        (0..PEOPLE).filter(|n| mask & (1 << n) != 0).map(|n| RowNumber(n + 1)).collect()
    }

    async fn accept(&mut self, kind: RunKind, mask: u8, b: u8) {
        let rows = match kind {
            RunKind::Sync => Vec::new(),
            RunKind::Verify if b % 4 < 2 => Vec::new(),
            _ => Self::rows(mask),
        };
        let key = (b > 200).then_some("the same key");
        let new = NewRun { delegation: self.organisation.delegation, kind, rows: &rows, key };
        match self.store(usize::from(b % 2)).runs(&self.organisation.ctx).accept_run(&new).await {
            Ok(_)
            | Err(
                StoreError::Slots(_) | StoreError::NothingToDo | StoreError::KeyReused | StoreError::NotFound,
            ) => {}
            Err(error) => panic!("{kind} of {rows:?}: {error}"),
        }
    }

    async fn claim(&mut self, owner: usize) {
        let now = self.sequence_runner.clock.time();
        let Some(lease) = self.store(owner).claim_run(OWNERS[owner], Urgency::Any).await.unwrap() else {
            return;
        };
        for (run, (_, other, until)) in &self.holder {
            assert!(
                *until <= now || (*other == owner && *run != lease.run),
                "{} was claimed while {run} was held",
                lease.run
            );
        }
        self.claims += 1;
        self.holder.insert(lease.run, (self.claims, owner, now + LEASE));
        self.held.push(Held { lease, owner, claim: self.claims });
    }

    /// Checks that a write succeeded if and only if the lease was not lost.
    fn check_write<T>(&mut self, at: usize, outcome: Result<T, StoreError>, gave_up: bool) -> Option<T> {
        let (run, claim) = (self.held[at].lease.run, self.held[at].claim);
        let is_holder = self.holder.get(&run).is_some_and(|(holder, ..)| *holder == claim);
        match outcome {
            Ok(value) => {
                assert!(is_holder, "a write with a lost lease succeeded");
                let until = self.sequence_runner.clock.time() + LEASE;
                self.holder.entry(run).and_modify(|holder| holder.2 = until);
                if gave_up {
                    self.holder.remove(&run);
                    self.held.remove(at);
                }
                Some(value)
            }
            Err(StoreError::Fenced) => {
                assert!(!is_holder || self.expired_while_another_works(run), "a valid lease was refused");
                if is_holder {
                    self.holder.remove(&run);
                }
                self.held.remove(at);
                None
            }
            Err(error) => panic!("{error}"),
        }
    }

    /// Whether a lease has expired and another process works on the same delegation: such a lease is lost.
    fn expired_while_another_works(&self, run: RunId) -> bool {
        let (now, (_, owner, until)) = (self.sequence_runner.clock.time(), self.holder[&run]);
        until < now && self.holder.values().any(|(_, other, until)| *other != owner && *until >= now)
    }

    /// The next step of a worker with a run that it has leased, or had leased.
    async fn work(&mut self, at: usize, b: u8) {
        let (lease, store) = (self.held[at].lease.clone(), self.store(self.held[at].owner).clone());
        if lease.kind == RunKind::Sync {
            return self.read_directory(at, b).await;
        }
        let work = store.leased(&lease).work(u64::from(b % 5) + 1).await.unwrap();
        let now = self.sequence_runner.clock.time();
        if work.cancel_requested {
            let done = store.leased(&lease).finish_run(true).await;
            self.check_write(at, done, true);
        } else if let Some(reason) = work.over {
            let parked = store.leased(&lease).park_run(RunState::Paused, Some(reason), now + 60_000).await;
            self.check_write(at, parked, true);
        } else if let Some(retry) = work.next_retry {
            let parked = store.leased(&lease).park_run(RunState::Waiting, None, retry).await;
            self.check_write(at, parked, true);
        } else if work.items.is_empty() {
            let done = store.leased(&lease).finish_run(false).await;
            // Another process may have finished it: `work` reads the run without proving the lease.
            let finished = matches!(done, Ok(Some(_)));
            self.check_write(at, done, finished);
        } else {
            let outcome = |n: usize| match (usize::from(b) >> 3).wrapping_add(n) % 5 {
                0..=2 => ItemOutcome::Done,
                3 => ItemOutcome::Failed(Reason::MailboxNotProvisioned),
                _ => ItemOutcome::Retry(now + 5_000),
            };
            let results: Vec<ItemResult> = work
                .items
                .iter()
                .enumerate()
                .map(|(n, item)| ItemResult::new(item.mailbox, outcome(n)))
                .collect();
            let settled = store.leased(&lease).settle(&results).await;
            if self.check_write(at, settled, false).is_some() && b.is_multiple_of(16) {
                // The same results again, as after a lost reply.
                let again = store.leased(&lease).settle(&results).await;
                self.check_write(at, again, false);
            }
        }
    }

    /// A full sync in which only some users are still present.
    async fn read_directory(&mut self, at: usize, present: u8) {
        let (lease, store) = (self.held[at].lease.clone(), self.store(self.held[at].owner).clone());
        let generation =
            store.delegations(&lease.ctx).delegation(lease.delegation).await.unwrap().generation + 1;
        let mut entries: Vec<_> = Self::rows(present | 0b11).into_iter().map(|row| entry(row.0)).collect();
        for one in entries.iter_mut().skip(4) {
            one.obstacle = (present.is_multiple_of(3)).then_some(Reason::NoExchangeLicense);
        }
        let page = SyncPage { generation, entries: &entries, removed: &[], unreadable: &[], cursor: None };
        let written = store.leased(&lease).write_page(&page).await;
        let Some(cancel) = self.check_write(at, written, false) else { return };
        if cancel {
            let done = store.leased(&lease).finish_run(true).await;
            self.check_write(at, done, true);
            return;
        }
        let finished = store.leased(&lease).finish_sync(generation, true, "https://graph/delta").await;
        if self.check_write(at, finished, false).is_some() {
            let finished = store.leased(&lease).finish_sync_run(None).await;
            self.check_write(at, finished, true);
        }
    }

    /// Hands a run back, or cancels a run.
    async fn end(&mut self, a: u8, b: u8) {
        if b.is_multiple_of(3) && !self.held.is_empty() {
            let at = usize::from(a) % self.held.len();
            let lease = self.held[at].lease.clone();
            let back = self.store(self.held[at].owner).leased(&lease).release().await;
            self.check_write(at, back, true);
            return;
        }
        let Some(run) = self.some_run(a).await else { return };
        self.store(1).runs(&self.organisation.ctx).cancel_run(run).await.unwrap();
    }

    async fn some_run(&self, a: u8) -> Option<RunId> {
        let runs =
            self.store(0).runs(&self.organisation.ctx).list(self.organisation.delegation, 5).await.unwrap();
        runs.get(usize::from(a) % runs.len().max(1)).map(|run| run.id)
    }

    async fn pause_or_resume(&mut self, a: u8, b: u8) {
        let Some(run) = self.some_run(a).await else { return };
        let (store, ctx) = (self.store(usize::from(b % 2)), &self.organisation.ctx);
        if b < 128 {
            let paused = store.runs(ctx).pause_run(run).await.unwrap();
            // An expired lease is revoked by the pause.
            if paused.state == RunState::Paused {
                self.holder.remove(&run);
            }
        } else {
            store.runs(ctx).resume_run(run).await.unwrap();
        }
    }

    /// Excludes mailboxes, undoes the last exclusion, or includes mailboxes.
    async fn exclude_or_include(&mut self, mask: u8, b: u8) {
        let (store, ctx) = (self.store(usize::from(b % 2)).clone(), self.organisation.ctx.clone());
        let (delegation, target) = (self.organisation.delegation, ExclusionTarget::Rows(Self::rows(mask)));
        match (b % 4, self.exclusion) {
            (0 | 1, _) => {
                let id = ExclusionId(Sources::system().id());
                let new = NewExclusion { id, delegation, target: &target };
                store.mailboxes(&ctx).exclude(&new).await.unwrap();
                self.exclusion = Some(id);
            }
            (2, Some(id)) => match store.mailboxes(&ctx).undo_exclusion(delegation, id).await {
                Ok(_) | Err(StoreError::TooLateToInclude | StoreError::NotFound) => {}
                Err(error) => panic!("{error}"),
            },
            _ => drop(store.mailboxes(&ctx).include(delegation, &target).await.unwrap()),
        }
    }

    /// A statement of the host about the plan; sometimes an old one that arrives late.
    async fn push_slots(&mut self, a: u8, b: u8) {
        let (limit, stale) = (u32::from(a % 10), b.is_multiple_of(4));
        let version = if stale { self.version } else { self.version + 1 };
        let workspace = self.organisation.workspace;
        let taken = self.store(0).push_slots(workspace, &plan(limit, 0, version)).await.unwrap();
        assert_eq!(taken, !stale, "version {version} after {}", self.version);
        if taken {
            self.version = version;
            self.invariants.limit = limit;
        }
    }

    /// A process loses its memory; on SQLite the next one clears its leases.
    async fn crash(&mut self, a: u8, b: u8) {
        let owner = usize::from(a % 2);
        if b.is_multiple_of(2) {
            self.held.retain(|held| held.owner != owner);
        }
        if self.sequence_runner.url.starts_with("sqlite") && b.is_multiple_of(3) {
            self.store(0).clear_stale_leases().await.unwrap();
            // Leases in memory are lost from now on.
            self.holder.clear();
        }
    }

    /// With enough slots and time, every run ends.
    async fn drain(&mut self) {
        let workspace = self.organisation.workspace;
        self.store(0).push_slots(workspace, &plan(100, 0, i64::MAX)).await.unwrap();
        self.invariants.limit = 100;
        for _ in 0..400 {
            let (ctx, delegation) = (&self.organisation.ctx, self.organisation.delegation);
            let mut open = self.store(0).runs(ctx).list(delegation, 100).await.unwrap();
            open.retain(|run| !run.state.is_over());
            if open.is_empty() {
                return;
            }
            for run in open {
                self.store(0).runs(ctx).resume_run(run.id).await.unwrap();
            }
            self.sequence_runner.clock.advance(LEASE * 3);
            if self.held.is_empty() {
                self.claim(0).await;
            }
            while !self.held.is_empty() {
                self.work(0, 4).await;
                self.invariants.check().await;
            }
        }
        panic!("a run does not end");
    }
}
