//! The server's disk is full for a while: what was acknowledged is stored, what was refused is not, and runs finish by
//! themselves.

use std::collections::BTreeSet;

use app::api;
use domain::{
    AppError, Role,
    run::{RunKind, RunState},
};
use tempfile::TempDir;

use crate::support::{
    database::Database,
    ledger::{self, assert_gap_free, assert_slots},
    number,
    server::Server,
    test_server::TestEnvironment,
    wait_until,
};

const MAILBOXES: u32 = 120;
/// Less than any file that the database writes.
const FULL: u32 = 4_096;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_that_was_acknowledged_is_lost_on_a_full_disk() {
    let env = TestEnvironment::start(MAILBOXES).await;
    let folder = TempDir::new().unwrap();
    let settings = env.settings(&Database::sqlite_url(&folder), 30);
    let mut server = Server::start("server", &settings).await;
    let linked = env.link(&server, 1_000).await;
    env.latency([40, 80]).await;
    let database = Database::sqlite(folder).await;
    let rows = env.console.connectable(&server.url, linked.delegation).await;
    let url = server.url.clone();
    let invite = async |name: String| {
        let invite = api::people::InviteMember { name, role: Role::Viewer };
        env.console.try_call(&url, &invite).await.expect("an answer of the server").map(drop)
    };
    let ready =
        async || env.console.http.get(format!("{url}/readyz")).send().await.unwrap().status().is_success();
    let (mut stored, mut refused) = (BTreeSet::new(), 0);
    let rounds = number("DWD_DISK_ROUNDS", 3);
    for round in 0..rounds {
        let kind = if round.is_multiple_of(2) { RunKind::Connect } else { RunKind::Disconnect };
        let run = env.console.start(&server.url, linked.delegation, kind, rows.clone()).await;
        if kind == RunKind::Connect {
            wait_until("the run is under way", async || {
                (ledger::settled(&database, run.id).await >= 20).then_some(())
            })
            .await;
        }
        server.program.limit_files(Some(FULL)).await;
        for n in 0..3 {
            let name = format!("full {round} {n}");
            match invite(name.clone()).await {
                Ok(()) => assert!(stored.insert(name)),
                Err(AppError::DiskFull | AppError::DatabaseAway) => refused += 1,
                Err(error) => panic!("{error:?}"),
            }
        }
        wait_until("the server is not ready", async || (!ready().await).then_some(())).await;
        // Reading works.
        let delegation = linked.delegation;
        env.console.call(&server.url, &api::mailboxes::LoadSnapshot { delegation }).await;

        server.program.limit_files(None).await;
        wait_until("the server is ready", async || ready().await.then_some(())).await;
        let name = format!("freed {round}");
        assert_eq!(invite(name.clone()).await, Ok(()));
        stored.insert(name);
        let run = env.console.over(&server.url, run.id).await;
        assert_eq!((run.state, run.counts.succeeded), (RunState::Completed, run.counts.total), "{run:?}");
        let connected = if kind == RunKind::Connect { rows.len() } else { 0 };
        assert_slots(&database, &linked.workspace, connected).await;
    }
    assert!(refused > 0, "no write was refused");
    assert_gap_free(&database, linked.delegation).await;

    server.program.kill().await;
    let again = Server::start("server again", &settings).await;
    let people = env.console.call(&again.url, &api::people::LoadPeople {}).await;
    let names: BTreeSet<String> = people.invitations.into_iter().map(|one| one.name).collect();
    assert_eq!(names, stored);
    println!("{rounds} full disks, {refused} writes refused, {} stored", stored.len());
    again.stop().await;
}
