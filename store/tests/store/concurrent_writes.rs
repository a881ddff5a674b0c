//! Concurrent runs: a change of one leaves all others as they are, in its delegation and in others.

use domain::{
    Reason,
    ids::{RowNumber, RunId},
    run::{ItemState, RunKind, RunState},
    slots::PlanState,
};
use store::{ItemOutcome, ItemResult, Lease, NewRun, SlotPush, Store, Urgency, WorkspaceCtx};

use super::races::done;
use store_testing::{
    clock::StoppedClock,
    on_both_databases,
    organisation::{Organisation, connectable, organisation, plan, rows},
};

async fn accept(store: &Store, organisation: &Organisation, kind: RunKind, rows: &[RowNumber]) -> RunId {
    let new = NewRun { delegation: organisation.delegation, kind, rows, key: None };
    store.runs(&organisation.ctx).accept_run(&new).await.unwrap().id
}

/// Details and items of these runs, as text.
async fn shown(store: &Store, runs: &[(&WorkspaceCtx, RunId)]) -> Vec<String> {
    let mut shown = Vec::new();
    for (ctx, run) in runs {
        let detail = store.runs(ctx).run_detail(*run).await.unwrap();
        let items = store.runs(ctx).run_items(*run, None, None, 50).await.unwrap();
        shown.push(format!("{detail:?} {items:?}"));
    }
    shown
}

/// Claims all due runs.
async fn all_claimed(store: &Store) -> Vec<Lease> {
    let mut leases = Vec::new();
    while let Some(lease) = store.claim_run("test", Urgency::Any).await.unwrap() {
        leases.push(lease);
    }
    leases
}

async fn succeed(store: &Store, lease: &Lease) {
    let items = store.leased(lease).work(50).await.unwrap().items;
    store.leased(lease).settle(&done(&items)).await.unwrap();
    store.leased(lease).finish_run(false).await.unwrap().expect("finished");
}

on_both_databases! {
    async fn a_change_of_a_run_does_not_affect_other_runs(database: TestDatabase) {
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

        let (list, theirs_list) = (store.runs(&mine.ctx).list(mine.delegation, 50).await.unwrap(), store.runs(&theirs.ctx).list(theirs.delegation, 50).await.unwrap());
        assert!(list.len() == 7 && list.iter().all(|run| run.delegation == mine.delegation && run.id != elsewhere.1));
        assert!(theirs_list.iter().all(|run| run.delegation == theirs.delegation));
        assert_eq!(store.runs(&mine.ctx).list(mine.delegation, 3).await.unwrap().len(), 3);

        let rest = [elsewhere, one, two, three, off_too];
        let before = shown(&store, &rest).await;
        let undone = store.runs(&mine.ctx).undo_run(off.1).await.unwrap();
        assert_eq!((undone.finished_at, undone.waiting_until), (Some(clock.time()), None));
        assert_eq!(shown(&store, &rest).await, before);
        let busy = |rows: Vec<domain::mailbox::MailboxRow>| rows.iter().map(|row| row.busy).collect::<Vec<_>>();
        assert_eq!(busy(rows(&store, &mine, &all[..4]).await), [false, false, true, true]);

        let leases = all_claimed(&store).await;
        let lease = |run: (&WorkspaceCtx, RunId)| leases.iter().find(|lease| lease.run == run.1).expect("claimed");
        let rest = [elsewhere, two, three, off, off_too];
        let before = shown(&store, &rest).await;
        let items = store.leased(lease(one)).work(50).await.unwrap().items;
        assert_eq!(items.len(), 3);
        // A result for a mailbox of another run changes nothing.
        let foreign = store.leased(lease(two)).work(50).await.unwrap().items;
        let mut results: Vec<ItemResult> = items.iter().map(|item| ItemResult::new(item.mailbox, ItemOutcome::Failed(Reason::MailboxOnPremises))).collect();
        results.push(ItemResult::new(foreign[0].mailbox, ItemOutcome::Done));
        // A repeated result counts once.
        results.push(results[0].clone());
        store.leased(lease(one)).settle(&results).await.unwrap();
        assert_eq!(store.runs(&mine.ctx).run_detail(one.1).await.unwrap().run.counts.failed, 3);
        store.leased(lease(one)).finish_run(false).await.unwrap().expect("finished");
        assert_eq!(shown(&store, &rest).await, before);
        assert_eq!(store.runs(&mine.ctx).failed_rows(one.1).await.unwrap().1, all[4..7]);
        assert!(store.runs(&mine.ctx).failed_rows(two.1).await.unwrap().1.is_empty());
        assert!(store.runs(&mine.ctx).rows_of(one.1, ItemState::Succeeded, None).await.unwrap().1.is_empty());

        let rest = [elsewhere, one, three, off, off_too];
        let before = shown(&store, &rest).await;
        store.runs(&mine.ctx).cancel_run(two.1).await.unwrap();
        let cancelled = store.leased(lease(two)).finish_run(true).await.unwrap().expect("cancelled");
        assert_eq!((cancelled.counts.cancelled, cancelled.finished_at), (3, Some(clock.time())));
        assert_eq!(shown(&store, &rest).await, before);
        assert_eq!(busy(rows(&store, &mine, &all[4..]).await), [false, false, false, false, false, false, true, true, true]);
        let pool = &store.slots(&mine.ctx).pools().await.unwrap()[0];
        assert_eq!((pool.used, pool.reserved), (4, 3));
        assert_eq!(store.slots(&theirs.ctx).pools().await.unwrap()[0].reserved, 5);
    }

    async fn a_plan_that_is_too_small_stops_only_runs_that_reserve_its_slots(database: TestDatabase) {
        let clock = StoppedClock::now();
        let store = database.store_at(clock.sources()).await;
        let (mine, theirs) = (organisation(&store, Some(30), 6).await, organisation(&store, Some(30), 2).await);
        let all = connectable(&store, &mine).await;
        accept(&store, &mine, RunKind::Connect, &all[..3]).await;
        succeed(&store, &all_claimed(&store).await[0]).await;
        accept(&store, &mine, RunKind::Verify, &all[..3]).await;
        let connecting = accept(&store, &mine, RunKind::Connect, &all[3..]).await;
        accept(&store, &theirs, RunKind::Connect, &connectable(&store, &theirs).await).await;
        // A disconnect, and a check of mailboxes that have slots, are not stopped.
        accept(&store, &mine, RunKind::Disconnect, &all[..1]).await;
        clock.advance(domain::undo::DISCONNECTS_AFTER);
        let leases = all_claimed(&store).await;
        assert_eq!(leases.len(), 4);
        let over = async |run: RunId| {
            let mut over = Vec::new();
            for lease in &leases {
                let why = store.leased(lease).work(50).await.unwrap().over;
                assert!(why.is_none() || lease.run == run, "{why:?} for {lease:?}");
                over.extend(why);
            }
            over
        };
        assert!(over(connecting).await.is_empty());
        // A limit equal to the number of taken slots is not too small.
        store.push_slots(mine.workspace, &plan(6, 0, 1)).await.unwrap();
        assert!(over(connecting).await.is_empty());
        store.push_slots(mine.workspace, &plan(5, 0, 2)).await.unwrap();
        assert_eq!(over(connecting).await, [Reason::SlotsExhausted]);
        store.push_slots(mine.workspace, &SlotPush { plan: PlanState::Inactive, ..plan(30, 0, 3) }).await.unwrap();
        assert_eq!(over(connecting).await, [Reason::PlanInactive]);
        store.push_slots(mine.workspace, &plan(30, 0, 4)).await.unwrap();
        assert!(over(connecting).await.is_empty());
        // A larger plan wakes the run that waits for slots, and no run that waits for another reason.
        for lease in &leases {
            let reason = if lease.run == connecting { Reason::SlotsExhausted } else { Reason::ConsentRevoked };
            store.leased(lease).park_run(RunState::Paused, Some(reason), i64::MAX).await.unwrap();
        }
        store.push_slots(mine.workspace, &plan(40, 0, 5)).await.unwrap();
        let woken: Vec<_> = all_claimed(&store).await.iter().map(|lease| lease.run).collect();
        assert_eq!(woken, [connecting]);
    }
}
