//! Runs side by side: what is done to one leaves every other as it is, in its delegation and elsewhere.

use domain::{
    Reason,
    ids::{RowNo, RunId},
    run::{ItemState, RunKind, RunState},
    slots::PlanState,
};
use server::store::{Fate, Lease, NewRun, Settled, SlotPush, Store, Urgency, WorkspaceCtx};

use super::races::done;
use crate::support::{
    clock::StoppedClock,
    on_both_databases,
    organisation::{Organisation, connectable, organisation, plan, rows},
};

async fn accept(store: &Store, organisation: &Organisation, kind: RunKind, rows: &[RowNo]) -> RunId {
    let new = NewRun { delegation: organisation.delegation, kind, rows, key: None };
    store.accept_run(&organisation.ctx, &new).await.unwrap().id
}

/// Everything that is shown of these runs.
async fn shown(store: &Store, runs: &[(&WorkspaceCtx, RunId)]) -> Vec<String> {
    let mut shown = Vec::new();
    for (ctx, run) in runs {
        let detail = store.run_detail(ctx, *run).await.unwrap();
        let items = store.run_items(ctx, *run, None, None, 50).await.unwrap();
        shown.push(format!("{detail:?} {items:?}"));
    }
    shown
}

/// Claims everything that is due.
async fn all_claimed(store: &Store) -> Vec<Lease> {
    let mut leases = Vec::new();
    while let Some(lease) = store.claim_run("test", Urgency::Any).await.unwrap() {
        leases.push(lease);
    }
    leases
}

async fn succeed(store: &Store, lease: &Lease) {
    let items = store.work(lease, 50).await.unwrap().items;
    store.settle(lease, &done(&items)).await.unwrap();
    store.finish_run(lease, false).await.unwrap().expect("finished");
}

on_both_databases! {
    async fn what_happens_to_a_run_happens_to_no_other(database: TestDatabase) {
        let clock = StoppedClock::now();
        let store = database.store_at(clock.sources()).await;
        let (mine, theirs) = (organisation(&store, Some(30), 13).await, organisation(&store, Some(30), 5).await);
        let all = connectable(&store, &mine).await;
        accept(&store, &mine, RunKind::Connect, &all[..4]).await;
        succeed(&store, &all_claimed(&store).await[0]).await;
        let others = connectable(&store, &theirs).await;
        let elsewhere = (&theirs.ctx, accept(&store, &theirs, RunKind::Connect, &others).await);
        let one = (&mine.ctx, accept(&store, &mine, RunKind::Connect, &all[4..7]).await);
        let two = (&mine.ctx, accept(&store, &mine, RunKind::Connect, &all[7..10]).await);
        let three = (&mine.ctx, accept(&store, &mine, RunKind::Connect, &all[10..]).await);
        let off = (&mine.ctx, accept(&store, &mine, RunKind::Disconnect, &all[..2]).await);
        let off_too = (&mine.ctx, accept(&store, &mine, RunKind::Disconnect, &all[2..4]).await);

        let (list, theirs_list) = (store.runs(&mine.ctx, mine.delegation, 50).await.unwrap(), store.runs(&theirs.ctx, theirs.delegation, 50).await.unwrap());
        assert!(list.len() == 7 && list.iter().all(|run| run.delegation == mine.delegation && run.id != elsewhere.1));
        assert!(theirs_list.iter().all(|run| run.delegation == theirs.delegation));
        assert_eq!(store.runs(&mine.ctx, mine.delegation, 3).await.unwrap().len(), 3);

        let rest = [elsewhere, one, two, three, off_too];
        let before = shown(&store, &rest).await;
        let undone = store.undo_run(&mine.ctx, off.1).await.unwrap();
        assert_eq!((undone.finished_at, undone.waiting_until), (Some(clock.time()), None));
        assert_eq!(shown(&store, &rest).await, before);
        let busy = |rows: Vec<domain::mailbox::MailboxRow>| rows.iter().map(|row| row.busy).collect::<Vec<_>>();
        assert_eq!(busy(rows(&store, &mine, &all[..4]).await), [false, false, true, true]);

        let leases = all_claimed(&store).await;
        let lease = |run: (&WorkspaceCtx, RunId)| leases.iter().find(|lease| lease.run == run.1).expect("claimed");
        let rest = [elsewhere, two, three, off, off_too];
        let before = shown(&store, &rest).await;
        let items = store.work(lease(one), 50).await.unwrap().items;
        assert_eq!(items.len(), 3);
        // Whoever reports somebody else's mailbox as well changes nothing about it.
        let foreign = store.work(lease(two), 50).await.unwrap().items;
        let mut results: Vec<Settled> = items.iter().map(|item| Settled { mailbox: item.mailbox, fate: Fate::Failed(Reason::MailboxOnPremises) }).collect();
        results.push(Settled { mailbox: foreign[0].mailbox, fate: Fate::Done });
        // And the same one twice counts once.
        results.push(results[0]);
        store.settle(lease(one), &results).await.unwrap();
        assert_eq!(store.run_detail(&mine.ctx, one.1).await.unwrap().run.counts.failed, 3);
        store.finish_run(lease(one), false).await.unwrap().expect("finished");
        assert_eq!(shown(&store, &rest).await, before);
        assert_eq!(store.failed_rows(&mine.ctx, one.1).await.unwrap().1, all[4..7]);
        assert!(store.failed_rows(&mine.ctx, two.1).await.unwrap().1.is_empty());
        assert!(store.rows_of(&mine.ctx, one.1, ItemState::Succeeded, None).await.unwrap().1.is_empty());

        let rest = [elsewhere, one, three, off, off_too];
        let before = shown(&store, &rest).await;
        store.cancel_run(&mine.ctx, two.1).await.unwrap();
        let cancelled = store.finish_run(lease(two), true).await.unwrap().expect("cancelled");
        assert_eq!((cancelled.counts.cancelled, cancelled.finished_at), (3, Some(clock.time())));
        assert_eq!(shown(&store, &rest).await, before);
        assert_eq!(busy(rows(&store, &mine, &all[4..]).await), [false, false, false, false, false, false, true, true, true]);
        let pool = &store.pools(&mine.ctx).await.unwrap()[0];
        assert_eq!((pool.used, pool.reserved), (4, 3));
        assert_eq!(store.pools(&theirs.ctx).await.unwrap()[0].reserved, 5);
    }

    async fn a_plan_too_small_stops_only_runs_that_hold_slots_of_it(database: TestDatabase) {
        let clock = StoppedClock::now();
        let store = database.store_at(clock.sources()).await;
        let (mine, theirs) = (organisation(&store, Some(30), 6).await, organisation(&store, Some(30), 2).await);
        let all = connectable(&store, &mine).await;
        accept(&store, &mine, RunKind::Connect, &all[..3]).await;
        succeed(&store, &all_claimed(&store).await[0]).await;
        accept(&store, &mine, RunKind::Verify, &all[..3]).await;
        let connecting = accept(&store, &mine, RunKind::Connect, &all[3..]).await;
        accept(&store, &theirs, RunKind::Connect, &connectable(&store, &theirs).await).await;
        // Whoever gives slots back is not stopped, nor is who has one and keeps it.
        accept(&store, &mine, RunKind::Disconnect, &all[..1]).await;
        clock.advance(domain::undo::UNDO);
        let leases = all_claimed(&store).await;
        assert_eq!(leases.len(), 4);
        let over = async |run: RunId| {
            let mut over = Vec::new();
            for lease in &leases {
                let why = store.work(lease, 50).await.unwrap().over;
                assert!(why.is_none() || lease.run == run, "{why:?} for {lease:?}");
                over.extend(why);
            }
            over
        };
        assert!(over(connecting).await.is_empty());
        // Exactly as many as are taken is not too few.
        store.push_slots(mine.workspace, &plan(6, 0, 1)).await.unwrap();
        assert!(over(connecting).await.is_empty());
        store.push_slots(mine.workspace, &plan(5, 0, 2)).await.unwrap();
        assert_eq!(over(connecting).await, [Reason::SlotsExhausted]);
        store.push_slots(mine.workspace, &SlotPush { plan: PlanState::Inactive, ..plan(30, 0, 3) }).await.unwrap();
        assert_eq!(over(connecting).await, [Reason::PlanInactive]);
        store.push_slots(mine.workspace, &plan(30, 0, 4)).await.unwrap();
        assert!(over(connecting).await.is_empty());
        // A larger plan wakes who waits for slots, and nobody who waits for something else.
        for lease in &leases {
            let reason = if lease.run == connecting { Reason::SlotsExhausted } else { Reason::ConsentRevoked };
            store.park_run(lease, RunState::Paused, Some(reason), i64::MAX).await.unwrap();
        }
        store.push_slots(mine.workspace, &plan(40, 0, 5)).await.unwrap();
        let woken: Vec<_> = all_claimed(&store).await.iter().map(|lease| lease.run).collect();
        assert_eq!(woken, [connecting]);
    }
}
