//! Plays a sequence on a workspace of its own, as two processes and a host application would.

use std::collections::HashMap;

use domain::{
    Reason,
    ids::{ExclusionId, Millis, RowNo, RunId},
    run::{RunKind, RunState},
    undo::Whom,
};
use sea_orm::{ConnectionTrait, Database};
use server::sources::Sources;
use server::store::{Fate, Lease, NewExclusion, NewRun, Settled, Store, StoreError, SyncPage, Urgency};

use super::laws::Laws;
use crate::support::{
    clock::StoppedClock,
    database::TestDatabase,
    organisation::{Organisation, entry, organisation, plan},
};

const PEOPLE: u32 = 8;
const SLOTS: u32 = 5;
/// A process that has not renewed for so long has lost its lease to whoever asks.
const LEASE: Millis = 30_000;
const OWNERS: [&str; 2] = ["one", "two"];

pub(super) struct Player {
    url: String,
    clock: StoppedClock,
    /// Two processes; on SQLite, where there can be only one, twice the same.
    stores: [Store; 2],
}

/// A lease as a process remembers it, rightly or not.
struct Held {
    lease: Lease,
    owner: usize,
    /// Which claim made it.
    claim: u32,
}

struct Game<'p> {
    player: &'p Player,
    organisation: Organisation,
    laws: Laws,
    held: Vec<Held>,
    /// The claim that truly has the run, and until when nobody else may take it.
    holder: HashMap<RunId, (u32, usize, Millis)>,
    claims: u32,
    version: i64,
    exclusion: Option<ExclusionId>,
}

impl Player {
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
        self.bury_the_last_game().await;
        let organisation = organisation(&self.stores[0], Some(SLOTS), PEOPLE).await;
        let laws = Laws::over(&self.url, &organisation, SLOTS).await;
        let (held, holder) = (Vec::new(), HashMap::new());
        let mut game =
            Game { player: self, organisation, laws, held, holder, claims: 0, version: 0, exclusion: None };
        for &(what, a, b) in moves {
            game.step(what, a, b).await;
            game.laws.check().await;
        }
        game.drain().await;
        game.laws.check_the_end().await;
    }
}

impl Player {
    /// What a failed game has left open must not be claimed in the next one, or no sequence could be shrunk.
    async fn bury_the_last_game(&self) {
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
            11 => self.player.clock.advance(Millis::from(a) * 300),
            12 => self.push_slots(a, b).await,
            13 => self.pause_or_resume(a, b).await,
            14 | 15 => self.keep_out_or_let_in(a, b).await,
            _ => self.crash(a, b).await,
        }
    }

    fn store(&self, owner: usize) -> &Store {
        &self.player.stores[owner]
    }

    fn rows(mask: u8) -> Vec<RowNo> {
        (0..PEOPLE).filter(|n| mask & (1 << n) != 0).map(|n| RowNo(n + 1)).collect()
    }

    async fn accept(&mut self, kind: RunKind, mask: u8, b: u8) {
        let rows = match kind {
            RunKind::Sync => Vec::new(),
            RunKind::Verify if b % 4 < 2 => Vec::new(),
            _ => Self::rows(mask),
        };
        let key = (b > 200).then_some("the same key");
        let new = NewRun { delegation: self.organisation.delegation, kind, rows: &rows, key };
        match self.store(usize::from(b % 2)).accept_run(&self.organisation.ctx, &new).await {
            Ok(_)
            | Err(
                StoreError::Slots(_) | StoreError::NothingToDo | StoreError::KeyReused | StoreError::NotFound,
            ) => {}
            Err(error) => panic!("{kind} of {rows:?}: {error}"),
        }
    }

    async fn claim(&mut self, owner: usize) {
        let now = self.player.clock.time();
        let Some(lease) = self.store(owner).claim_run(OWNERS[owner], Urgency::Any).await.unwrap() else {
            return;
        };
        for (run, (_, other, until)) in &self.holder {
            assert!(
                *until < now || (*other == owner && *run != lease.run),
                "{} was claimed while {run} was held",
                lease.run
            );
        }
        self.claims += 1;
        self.holder.insert(lease.run, (self.claims, owner, now + LEASE));
        self.held.push(Held { lease, owner, claim: self.claims });
    }

    /// A write must have gone through if and only if the lease was not lost.
    fn judge<T>(&mut self, at: usize, outcome: Result<T, StoreError>, gave_up: bool) -> Option<T> {
        let (run, claim) = (self.held[at].lease.run, self.held[at].claim);
        let mine = self.holder.get(&run).is_some_and(|(holder, ..)| *holder == claim);
        match outcome {
            Ok(value) => {
                assert!(mine, "a lost lease wrote");
                let until = self.player.clock.time() + LEASE;
                self.holder.entry(run).and_modify(|holder| holder.2 = until);
                if gave_up {
                    self.holder.remove(&run);
                    self.held.remove(at);
                }
                Some(value)
            }
            Err(StoreError::Fenced) => {
                assert!(!mine || self.ran_out_while_another_works(run), "a lease that stands was refused");
                if mine {
                    self.holder.remove(&run);
                }
                self.held.remove(at);
                None
            }
            Err(error) => panic!("{error}"),
        }
    }

    /// A lease that was not renewed in time falls when another process has begun on the same delegation.
    fn ran_out_while_another_works(&self, run: RunId) -> bool {
        let (now, (_, owner, until)) = (self.player.clock.time(), self.holder[&run]);
        until < now && self.holder.values().any(|(_, other, until)| *other != owner && *until >= now)
    }

    /// What a worker does next with the run it has, or believes to have.
    async fn work(&mut self, at: usize, b: u8) {
        let (lease, store) = (self.held[at].lease.clone(), self.store(self.held[at].owner).clone());
        if lease.kind == RunKind::Sync {
            return self.read_directory(at, b).await;
        }
        let work = store.work(&lease, u64::from(b % 5) + 1).await.unwrap();
        let now = self.player.clock.time();
        if work.cancel_requested {
            let done = store.finish_run(&lease, true).await;
            self.judge(at, done, true);
        } else if let Some(reason) = work.over {
            let parked = store.park_run(&lease, RunState::Paused, Some(reason), now + 60_000).await;
            self.judge(at, parked, true);
        } else if let Some(retry) = work.next_retry {
            let parked = store.park_run(&lease, RunState::Waiting, None, retry).await;
            self.judge(at, parked, true);
        } else if work.items.is_empty() {
            let done = store.finish_run(&lease, false).await;
            // Another may have finished it: `work` shows the run, not our right to it.
            let finished = matches!(done, Ok(Some(_)));
            self.judge(at, done, finished);
        } else {
            let fate = |n: usize| match (usize::from(b) >> 3).wrapping_add(n) % 5 {
                0..=2 => Fate::Done,
                3 => Fate::Failed(Reason::MailboxNotProvisioned),
                _ => Fate::Retry(now + 5_000),
            };
            let results: Vec<Settled> = work
                .items
                .iter()
                .enumerate()
                .map(|(n, item)| Settled { mailbox: item.mailbox, fate: fate(n) })
                .collect();
            let settled = store.settle(&lease, &results).await;
            if self.judge(at, settled, false).is_some() && b.is_multiple_of(16) {
                // The same results once more, as after an answer that was lost.
                let again = store.settle(&lease, &results).await;
                self.judge(at, again, false);
            }
        }
    }

    /// One full round in which only some are still there.
    async fn read_directory(&mut self, at: usize, present: u8) {
        let (lease, store) = (self.held[at].lease.clone(), self.store(self.held[at].owner).clone());
        let generation = store.delegation(&lease.ctx, lease.delegation).await.unwrap().generation + 1;
        let mut entries: Vec<_> = Self::rows(present | 0b11).into_iter().map(|row| entry(row.0)).collect();
        for one in entries.iter_mut().skip(4) {
            one.obstacle = (present.is_multiple_of(3)).then_some(Reason::NoExchangeLicense);
        }
        let page = SyncPage { generation, entries: &entries, removed: &[], cursor: None };
        let written = store.write_page(&lease, &page).await;
        let Some(cancel) = self.judge(at, written, false) else { return };
        if cancel {
            let done = store.finish_run(&lease, true).await;
            self.judge(at, done, true);
            return;
        }
        let finished = store.finish_sync(&lease, generation, true, "https://graph/delta").await;
        if self.judge(at, finished, false).is_some() {
            let finished = store.finish_sync_run(&lease, None).await;
            self.judge(at, finished, true);
        }
    }

    /// Handing back, and cancelling some run.
    async fn end(&mut self, a: u8, b: u8) {
        if b.is_multiple_of(3) && !self.held.is_empty() {
            let at = usize::from(a) % self.held.len();
            let lease = self.held[at].lease.clone();
            let back = self.store(self.held[at].owner).hand_back(&lease).await;
            self.judge(at, back, true);
            return;
        }
        let Some(run) = self.some_run(a).await else { return };
        self.store(1).cancel_run(&self.organisation.ctx, run).await.unwrap();
    }

    async fn some_run(&self, a: u8) -> Option<RunId> {
        let runs = self.store(0).runs(&self.organisation.ctx, self.organisation.delegation, 5).await.unwrap();
        runs.get(usize::from(a) % runs.len().max(1)).map(|run| run.id)
    }

    async fn pause_or_resume(&mut self, a: u8, b: u8) {
        let Some(run) = self.some_run(a).await else { return };
        let (store, ctx) = (self.store(usize::from(b % 2)), &self.organisation.ctx);
        if b < 128 {
            let paused = store.pause_run(ctx, run).await.unwrap();
            // Whoever held it and did not renew in time is out.
            if paused.state == RunState::Paused {
                self.holder.remove(&run);
            }
        } else {
            store.resume_run(ctx, run).await.unwrap();
        }
    }

    /// Excludes some, takes the last exclusion back, or includes some.
    async fn keep_out_or_let_in(&mut self, mask: u8, b: u8) {
        let (store, ctx) = (self.store(usize::from(b % 2)).clone(), self.organisation.ctx.clone());
        let (delegation, whom) = (self.organisation.delegation, Whom::Rows(Self::rows(mask)));
        match (b % 4, self.exclusion) {
            (0 | 1, _) => {
                let id = ExclusionId(Sources::system().id());
                let new = NewExclusion { id, delegation, whom: &whom };
                store.exclude(&ctx, &new).await.unwrap();
                self.exclusion = Some(id);
            }
            (2, Some(id)) => match store.undo_exclusion(&ctx, delegation, id).await {
                Ok(_) | Err(StoreError::ExcludedForGood | StoreError::NotFound) => {}
                Err(error) => panic!("{error}"),
            },
            _ => drop(store.include(&ctx, delegation, &whom).await.unwrap()),
        }
    }

    /// The host's word on the plan; now and then an old one that comes late.
    async fn push_slots(&mut self, a: u8, b: u8) {
        let (limit, stale) = (u32::from(a % 10), b.is_multiple_of(4));
        let version = if stale { self.version } else { self.version + 1 };
        let workspace = self.organisation.workspace;
        let taken = self.store(0).push_slots(workspace, &plan(limit, 0, version)).await.unwrap();
        assert_eq!(taken, !stale, "version {version} after {}", self.version);
        if taken {
            self.version = version;
            self.laws.limit = limit;
        }
    }

    /// A process forgets everything; on SQLite the next one clears what it left behind.
    async fn crash(&mut self, a: u8, b: u8) {
        let owner = usize::from(a % 2);
        if b.is_multiple_of(2) {
            self.held.retain(|held| held.owner != owner);
        }
        if self.player.url.starts_with("sqlite") && b.is_multiple_of(3) {
            self.store(0).clear_stale_leases().await.unwrap();
            // Whoever still believes to have a run will hear otherwise.
            self.holder.clear();
        }
    }

    /// Slots for everybody and time enough: every run comes to its end.
    async fn drain(&mut self) {
        let workspace = self.organisation.workspace;
        self.store(0).push_slots(workspace, &plan(100, 0, i64::MAX)).await.unwrap();
        self.laws.limit = 100;
        for _ in 0..400 {
            let (ctx, delegation) = (&self.organisation.ctx, self.organisation.delegation);
            let mut open = self.store(0).runs(ctx, delegation, 100).await.unwrap();
            open.retain(|run| !run.state.is_over());
            if open.is_empty() {
                return;
            }
            for run in open {
                self.store(0).resume_run(ctx, run.id).await.unwrap();
            }
            self.player.clock.advance(LEASE * 3);
            if self.held.is_empty() {
                self.claim(0).await;
            }
            while !self.held.is_empty() {
                self.work(0, 4).await;
                self.laws.check().await;
            }
        }
        panic!("a run does not end");
    }
}
