//! What the log tells of a run: after every step exactly what has changed, and as the tables have it.

use std::collections::BTreeMap;

use domain::{
    Reason,
    ids::{RunId, Seq},
    live::Change,
    run::{RunKind, RunState},
    slots::PlanState,
};
use server::store::{Fate, NewRun, Settled, Since, SlotPush, Store};

use super::races::done;
use crate::support::{
    on_both_databases,
    organisation::{Organisation, claim, connectable, organisation, plan, rows, sync},
};

/// A page that reads the log.
struct Reader<'a> {
    store: &'a Store,
    organisation: &'a Organisation,
    seen: Seq,
}

impl<'a> Reader<'a> {
    async fn new(store: &'a Store, organisation: &'a Organisation) -> Self {
        let seen = store.delegation(&organisation.ctx, organisation.delegation).await.unwrap().view.seq;
        Self { store, organisation, seen }
    }

    /// What was told since the last time, as "counts 1, mailbox 5". Whatever it says of is by now as it says.
    async fn told(&mut self) -> String {
        let Organisation { ctx, delegation, .. } = self.organisation;
        let (mut kinds, mut last) = (BTreeMap::<_, u32>::new(), BTreeMap::new());
        loop {
            let since = self.store.events_since(ctx, *delegation, self.seen).await.unwrap();
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
        let snapshot = self.store.snapshot(ctx, *delegation).await.unwrap();
        for change in last.into_values() {
            match change {
                Change::Mailbox(row) => {
                    assert_eq!(rows(self.store, self.organisation, &[row.row]).await, [*row]);
                }
                Change::Run(run) => {
                    assert_eq!(self.store.run_detail(ctx, run.id).await.unwrap().run, *run);
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
    rows: &[domain::ids::RowNo],
) -> RunId {
    let new = NewRun { delegation: organisation.delegation, kind, rows, key: None };
    store.accept_run(&organisation.ctx, &new).await.unwrap().id
}

on_both_databases! {
    async fn every_step_of_a_run_tells_what_it_changed_and_nothing_else(database: TestDatabase) {
        let store = database.store().await;
        let organisation = organisation(&store, Some(30), 6).await;
        let all = connectable(&store, &organisation).await;
        let mut page = Reader::new(&store, &organisation).await;
        let ctx = &organisation.ctx;

        let run = accept(&store, &organisation, RunKind::Connect, &all).await;
        assert_eq!(page.told().await, "counts 1, mailbox 6, run 1, slots 1");
        store.pause_run(ctx, run).await.unwrap();
        assert_eq!(page.told().await, "run 1");
        store.resume_run(ctx, run).await.unwrap();
        assert_eq!(page.told().await, "run 1");
        let lease = claim(&store).await;
        assert_eq!(page.told().await, "run 1");
        store.show_waiting(&lease, store.now() + 5_000).await.unwrap();
        assert_eq!(page.told().await, "run 1");

        let items = store.work(&lease, 10).await.unwrap().items;
        // As many done as failed: both are results.
        let failed = Settled { mailbox: items[3].mailbox, fate: Fate::Failed(Reason::MailboxOnPremises) };
        store.settle(&lease, &[done(&items[..1])[0], failed]).await.unwrap();
        assert_eq!(page.told().await, "counts 1, mailbox 2, run 1, slots 1");
        store.settle(&lease, &done(&items[1..2])).await.unwrap();
        assert_eq!(page.told().await, "counts 1, mailbox 1, run 1, slots 1");
        let again = Settled { mailbox: items[2].mailbox, fate: Fate::Retry(store.now()) };
        store.settle(&lease, &[again]).await.unwrap();
        assert_eq!(page.told().await, "");
        store.park_run(&lease, RunState::Paused, Some(Reason::MicrosoftUnavailable), store.now()).await.unwrap();
        assert_eq!(page.told().await, "run 1");
        let lease = claim(&store).await;
        store.hand_back(&lease).await.unwrap();
        assert_eq!(page.told().await, "run 2");

        store.cancel_run(ctx, run).await.unwrap();
        assert_eq!(page.told().await, "run 1");
        let lease = claim(&store).await;
        store.finish_run(&lease, true).await.unwrap().expect("finished");
        assert_eq!(page.told().await, "counts 1, mailbox 3, run 3, slots 1");

        // Who has failed is tried again, and while that is under way shows no reason.
        let failed = store.failed_rows(ctx, run).await.unwrap().1;
        accept(&store, &organisation, RunKind::Connect, &failed).await;
        assert_eq!(page.told().await, "counts 1, mailbox 1, run 1, slots 1");
        assert_eq!(rows(&store, &organisation, &failed).await[0].reason, None);
        let lease = claim(&store).await;
        store.finish_run(&lease, true).await.unwrap().expect("finished");
        assert_eq!(page.told().await, "counts 1, mailbox 1, run 3, slots 1");
        assert_eq!(rows(&store, &organisation, &failed).await[0].reason, Some(Reason::MailboxOnPremises));

        // A check holds no slot, and of those that are as they were it tells nothing.
        accept(&store, &organisation, RunKind::Verify, &[]).await;
        assert_eq!(page.told().await, "counts 1, run 1");
        let lease = claim(&store).await;
        store.settle(&lease, &done(&store.work(&lease, 10).await.unwrap().items)).await.unwrap();
        store.finish_run(&lease, false).await.unwrap().expect("finished");
        assert_eq!(page.told().await, "run 3");

        // A disconnect tells of its mailboxes, and undoing it does so again; slots are where they were.
        let taken_off: Vec<_> = rows(&store, &organisation, &all).await.iter()
            .filter(|row| row.connected_at.is_some()).map(|row| row.row).collect();
        let run = accept(&store, &organisation, RunKind::Disconnect, &taken_off).await;
        assert_eq!(page.told().await, "counts 1, mailbox 2, run 1");
        store.undo_run(ctx, run).await.unwrap();
        assert_eq!(page.told().await, "mailbox 2, run 1");

        accept(&store, &organisation, RunKind::Sync, &[]).await;
        assert_eq!(page.told().await, "counts 1, delegation 1, run 1");
        let lease = claim(&store).await;
        store.finish_sync_run(&lease, None).await.unwrap();
        assert_eq!(page.told().await, "delegation 1, run 2");
    }

    async fn the_hosts_word_is_told_in_every_delegation_of_its_workspace_and_in_no_other(database: TestDatabase) {
        let store = database.store().await;
        let (mine, theirs) = (organisation(&store, Some(30), 1).await, organisation(&store, Some(30), 1).await);
        let delegation = crate::support::organisation::authorised(&store, &mine.ctx, "another tenant").await;
        sync(&store, &mine.ctx, delegation, &[]).await;
        let head = async || store.delegation(&mine.ctx, delegation).await.unwrap().view.seq;
        let (mut page, mut other) = (Reader::new(&store, &mine).await, Reader::new(&store, &theirs).await);
        let before = head().await;
        assert!(store.push_slots(mine.workspace, &plan(50, 0, 3)).await.unwrap());
        assert_eq!((page.told().await.as_str(), head().await.0 - before.0), ("slots 1", 1));
        // The same again, and an older one, tell nothing.
        assert!(!store.push_slots(mine.workspace, &plan(50, 0, 3)).await.unwrap());
        assert!(!store.push_slots(mine.workspace, &plan(40, 0, 2)).await.unwrap());
        assert_eq!((page.told().await, other.told().await), (String::new(), String::new()));
        assert_eq!(store.pools(&theirs.ctx).await.unwrap()[0].limit, Some(30));
        let ended = SlotPush { plan: PlanState::Inactive, ..plan(50, 0, 4) };
        assert!(store.push_slots(mine.workspace, &ended).await.unwrap());
        assert_eq!(page.told().await, "slots 1");
        assert_eq!(store.pools(&mine.ctx).await.unwrap()[0].plan, PlanState::Inactive);
    }
}
