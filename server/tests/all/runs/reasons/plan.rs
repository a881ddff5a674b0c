//! Reasons of a run: it waits, shows the reason, loses no mailbox, and continues automatically.

use domain::{
    Reason,
    list::Tab,
    run::{RunKind, RunState},
    slots::PlanState,
};
use serde_json::json;
use store::SlotPush;

use super::{Where, assert_all};
use crate::support::test_server::TestServer;
use store_testing::{on_both_databases, organisation::plan};

/// Mailboxes in one batch request.
const BATCH: usize = 20;

on_both_databases! {
    async fn a_run_waits_with_its_reason_and_continues(database: TestDatabase) {
        let cases = [Reason::SlotsExhausted, Reason::PlanInactive, Reason::Throttled];
        assert_all(Where::Run, cases);
        let server = TestServer::start(database).await;
        server.tenant("t.example", 200).await;
        let (ctx, caller) = server.caller(200).await;
        let delegation = server.linked(&caller, "t.example").await;
        let rows = server.rows(&caller, &delegation, Tab::Available).await;
        let push = async |version, push: SlotPush| {
            let push = SlotPush { version, ..push };
            assert!(server.state.store.push_slots(ctx.workspace(), &push).await.unwrap());
        };
        let throttle = async |seconds: u32| {
            let body = json!({ "seconds": seconds, "retry_after": 1, "for": "mailboxes" });
            server.sim("tenants/t.example/throttle", body).await;
        };
        for (n, (reason, rows)) in cases.into_iter().zip(rows.chunks(3 * BATCH)).enumerate() {
            let version = i64::try_from(n).unwrap() * 10;
            // Throttling stops the run, so that the plan changes during it on any machine. The first batch after that
            // pauses it.
            throttle(600).await;
            let request = app::ports::RunRequest { delegation: delegation.id, kind: RunKind::Connect, rows: rows.to_vec(), key: format!("{n}") };
            let run = caller.runs.start(request).await.unwrap();
            let because = async |reason: Reason| {
                server
                    .wait_until(reason.title(), async || {
                        let run = caller.runs.detail(run.id).await.unwrap().run;
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
            let ended = server.ended(&caller, run.id).await;
            assert_eq!((ended.state, ended.reason), (RunState::Completed, None), "{reason}");
            assert_eq!(ended.counts.succeeded, u32::try_from(rows.len()).unwrap());
        }
    }
}
