//! Reasons of a run: it waits, says for what, loses nothing, and goes on by itself.

use domain::{
    Reason,
    list::Tab,
    run::{RunKind, RunState},
    slots::PlanState,
};
use serde_json::json;
use server::store::SlotPush;

use super::{Where, assert_all};
use crate::support::{on_both_databases, organisation::plan, world::World};

/// Mailboxes that one request asks for.
const BATCH: usize = 20;

on_both_databases! {
    async fn waits_and_goes_on(database: TestDatabase) {
        let cases = [Reason::SlotsExhausted, Reason::PlanInactive, Reason::Throttled];
        assert_all(Where::Run, cases);
        let world = World::start(database).await;
        world.tenant("t.example", 200).await;
        let (ctx, desk) = world.desk(200).await;
        let delegation = world.linked(&desk, "t.example").await;
        let rows = world.rows(&desk, &delegation, Tab::Available).await;
        let push = async |version, push: SlotPush| {
            let push = SlotPush { version, ..push };
            assert!(world.state.store.push_slots(ctx.workspace(), &push).await.unwrap());
        };
        let throttle = async |seconds: u32| {
            let body = json!({ "seconds": seconds, "retry_after": 1, "for": "mailboxes" });
            world.sim("tenants/t.example/throttle", body).await;
        };
        for (n, (reason, rows)) in cases.into_iter().zip(rows.chunks(3 * BATCH)).enumerate() {
            let version = i64::try_from(n).unwrap() * 10;
            // Held up by Microsoft: the plan changes in the middle of it, however busy this machine is. The first batch
            // that comes through then stops it.
            throttle(600).await;
            let request = app::ports::RunRequest { delegation: delegation.id, kind: RunKind::Connect, rows: rows.to_vec(), key: format!("{n}") };
            let run = desk.runs.start(request).await.unwrap();
            let because = async |reason: Reason| {
                world
                    .until(reason.title(), async || {
                        let run = desk.runs.detail(run.id).await.unwrap().run;
                        (run.reason == Some(reason)).then_some(run)
                    })
                    .await
            };
            let mut stopped = because(Reason::Throttled).await;
            if reason != Reason::Throttled {
                match reason {
                    Reason::SlotsExhausted => push(version + 1, plan(1, 0, 0)).await,
                    _ => push(version + 1, SlotPush { plan: PlanState::Inactive, ..plan(200, 0, 0) }).await,
                }
                throttle(0).await;
                stopped = because(reason).await;
            }
            assert!(matches!(stopped.state, RunState::Paused | RunState::Waiting), "{stopped:?}");
            assert_eq!(stopped.counts.failed, 0);
            match reason {
                Reason::Throttled => throttle(0).await,
                _ => push(version + 2, plan(200, 0, 0)).await,
            }
            let ended = world.ended(&desk, run.id).await;
            assert_eq!((ended.state, ended.reason), (RunState::Completed, None), "{reason}");
            assert_eq!(ended.counts.succeeded, u32::try_from(rows.len()).unwrap());
        }
    }
}
