//! Events of a run: after every step the log reports exactly the changes, with the values in the tables.

use std::collections::BTreeMap;

use domain::{
    Reason,
    ids::{RunId, Seq},
    live::Change,
    run::{RunKind, RunState},
    slots::PlanState,
};
use store::{ItemOutcome, ItemResult, NewRun, Since, SlotPush, Store};

use super::races::done;
use store_testing::{
    on_both_databases,
    organisation::{Organisation, claim, connectable, organisation, plan, rows, sync},
};

/// A reader of the log, like a browser's page.
struct Reader<'a> {
    store: &'a Store,
    organisation: &'a Organisation,
    seen: Seq,
}

impl<'a> Reader<'a> {
    async fn new(store: &'a Store, organisation: &'a Organisation) -> Self {
        let seen =
            store.delegations(&organisation.ctx).delegation(organisation.delegation).await.unwrap().view.seq;
        Self { store, organisation, seen }
    }

    /// The events since the last call, as "counts 1, mailbox 5". Asserts that the last event about each object agrees
    /// with the tables.
    async fn new_events(&mut self) -> String {
        let Organisation { ctx, delegation, .. } = self.organisation;
        let (mut kinds, mut last) = (BTreeMap::<_, u32>::new(), BTreeMap::new());
        loop {
            let since = self.store.delegations(ctx).events_since(*delegation, self.seen).await.unwrap();
            let Since::Events(events) = since else { break };
            self.seen = events.last().expect("an event").seq;
            for event in events {
                let change = event.change().unwrap();
                if let Change::Mailbox(row) = &change {
                    assert_eq!(row.rev, event.seq);
                }
                *kinds.entry(change.kind()).or_default() += 1;
                let key = if let Change::Mailbox(row) = &change { row.row.0 } else { 0 };
                last.insert((change.kind(), key), change);
            }
        }
        let snapshot = self.store.mailboxes(ctx).snapshot(*delegation).await.unwrap();
        for change in last.into_values() {
            match change {
                Change::Mailbox(row) => {
                    assert_eq!(rows(self.store, self.organisation, &[row.row]).await, [*row]);
                }
                Change::Run(run) => {
                    assert_eq!(self.store.runs(ctx).run_detail(run.id).await.unwrap().run, *run);
                }
                Change::Slots(pools) => assert_eq!(snapshot.pools, pools),
                Change::Counts(counts) => assert_eq!(snapshot.counts, counts),
                Change::Delegation(_) | Change::Attempt(_) => {}
            }
        }
        kinds.iter().map(|(kind, n)| format!("{kind} {n}")).collect::<Vec<_>>().join(", ")
    }
}

async fn accept(
    store: &Store,
    organisation: &Organisation,
    kind: RunKind,
    rows: &[domain::ids::RowNumber],
) -> RunId {
    let new = NewRun { delegation: organisation.delegation, kind, rows, key: None };
    store.runs(&organisation.ctx).accept_run(&new).await.unwrap().id
}

on_both_databases! {
    async fn every_step_of_a_run_logs_exactly_its_changes(database: TestDatabase) {
        let store = database.store().await;
        let organisation = organisation(&store, Some(30), 6).await;
        let all = connectable(&store, &organisation).await;
        let mut page = Reader::new(&store, &organisation).await;
        let ctx = &organisation.ctx;

        let run = accept(&store, &organisation, RunKind::Connect, &all).await;
        assert_eq!(page.new_events().await, "counts 1, mailbox 6, run 1, slots 1");
        store.runs(ctx).pause_run(run).await.unwrap();
        assert_eq!(page.new_events().await, "run 1");
        store.runs(ctx).resume_run(run).await.unwrap();
        assert_eq!(page.new_events().await, "run 1");
        let lease = claim(&store).await;
        assert_eq!(page.new_events().await, "run 1");
        store.leased(&lease).show_waiting(store.now() + 5_000).await.unwrap();
        assert_eq!(page.new_events().await, "run 1");

        let items = store.leased(&lease).work(10).await.unwrap().items;
        // As many done as failed: both count as results.
        let failed = ItemResult::new(items[3].mailbox, ItemOutcome::Failed(Reason::MailboxOnPremises));
        store.leased(&lease).settle(&[done(&items[..1])[0].clone(), failed]).await.unwrap();
        assert_eq!(page.new_events().await, "counts 1, mailbox 2, run 1, slots 1");
        store.leased(&lease).settle(&done(&items[1..2])).await.unwrap();
        assert_eq!(page.new_events().await, "counts 1, mailbox 1, run 1, slots 1");
        let again = ItemResult::new(items[2].mailbox, ItemOutcome::Retry(store.now()));
        store.leased(&lease).settle(&[again]).await.unwrap();
        assert_eq!(page.new_events().await, "");
        store.leased(&lease).park_run(RunState::Paused, Some(Reason::MicrosoftUnavailable), store.now()).await.unwrap();
        assert_eq!(page.new_events().await, "run 1");
        let lease = claim(&store).await;
        store.leased(&lease).release().await.unwrap();
        assert_eq!(page.new_events().await, "run 2");

        store.runs(ctx).cancel_run(run).await.unwrap();
        assert_eq!(page.new_events().await, "run 1");
        let lease = claim(&store).await;
        store.leased(&lease).finish_run(true).await.unwrap().expect("finished");
        assert_eq!(page.new_events().await, "counts 1, mailbox 3, run 3, slots 1");

        // A failed mailbox is retried, and has no reason while the run is active.
        let failed = store.runs(ctx).failed_rows(run).await.unwrap().1;
        accept(&store, &organisation, RunKind::Connect, &failed).await;
        assert_eq!(page.new_events().await, "counts 1, mailbox 1, run 1, slots 1");
        assert_eq!(rows(&store, &organisation, &failed).await[0].reason, None);
        let lease = claim(&store).await;
        store.leased(&lease).finish_run(true).await.unwrap().expect("finished");
        assert_eq!(page.new_events().await, "counts 1, mailbox 1, run 3, slots 1");
        assert_eq!(rows(&store, &organisation, &failed).await[0].reason, Some(Reason::MailboxOnPremises));

        // A check holds no slot, and logs no unchanged mailboxes.
        accept(&store, &organisation, RunKind::Verify, &[]).await;
        assert_eq!(page.new_events().await, "counts 1, run 1");
        let lease = claim(&store).await;
        store.leased(&lease).settle(&done(&store.leased(&lease).work(10).await.unwrap().items)).await.unwrap();
        store.leased(&lease).finish_run(false).await.unwrap().expect("finished");
        assert_eq!(page.new_events().await, "run 3");

        // A disconnect logs its mailboxes, and so does the undo; slots do not change.
        let connected: Vec<_> = rows(&store, &organisation, &all).await.iter()
            .filter(|row| row.connected_at.is_some()).map(|row| row.row).collect();
        let run = accept(&store, &organisation, RunKind::Disconnect, &connected).await;
        assert_eq!(page.new_events().await, "counts 1, mailbox 2, run 1");
        store.runs(ctx).undo_run(run).await.unwrap();
        assert_eq!(page.new_events().await, "mailbox 2, run 1");

        accept(&store, &organisation, RunKind::Sync, &[]).await;
        assert_eq!(page.new_events().await, "counts 1, delegation 1, run 1");
        let lease = claim(&store).await;
        store.leased(&lease).finish_sync_run(None).await.unwrap();
        assert_eq!(page.new_events().await, "delegation 1, run 2");
    }

    async fn a_statement_of_the_host_is_logged_in_every_delegation_of_its_workspace_only(database: TestDatabase) {
        let store = database.store().await;
        let (mine, theirs) = (organisation(&store, Some(30), 1).await, organisation(&store, Some(30), 1).await);
        let delegation = store_testing::organisation::authorised(&store, &mine.ctx, "another tenant").await;
        sync(&store, &mine.ctx, delegation, &[]).await;
        let head = async || store.delegations(&mine.ctx).delegation(delegation).await.unwrap().view.seq;
        let (mut page, mut other) = (Reader::new(&store, &mine).await, Reader::new(&store, &theirs).await);
        let before = head().await;
        assert!(store.push_slots(mine.workspace, &plan(50, 0, 3)).await.unwrap());
        assert_eq!((page.new_events().await.as_str(), head().await.0 - before.0), ("slots 1", 1));
        // A repeated statement and an older one log nothing.
        assert!(!store.push_slots(mine.workspace, &plan(50, 0, 3)).await.unwrap());
        assert!(!store.push_slots(mine.workspace, &plan(40, 0, 2)).await.unwrap());
        assert_eq!((page.new_events().await, other.new_events().await), (String::new(), String::new()));
        assert_eq!(store.slots(&theirs.ctx).pools().await.unwrap()[0].limit, Some(30));
        let ended = SlotPush { plan: PlanState::Inactive, ..plan(50, 0, 4) };
        assert!(store.push_slots(mine.workspace, &ended).await.unwrap());
        assert_eq!(page.new_events().await, "slots 1");
        assert_eq!(store.slots(&mine.ctx).pools().await.unwrap()[0].plan, PlanState::Inactive);
    }
}
