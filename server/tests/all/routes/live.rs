//! `/live/{delegation}`: the stream.

use domain::{list::Tab, live::Batch, run::RunKind};
use futures::StreamExt;

use crate::support::{database::TestDatabase, world::World};

/// Reads frames until one satisfies, as a browser would.
async fn read(answer: reqwest::Response, mut enough: impl FnMut(&Batch) -> bool) -> Vec<Batch> {
    let (mut stream, mut text, mut batches) = (answer.bytes_stream(), String::new(), Vec::new());
    while let Some(chunk) = stream.next().await {
        text.push_str(&String::from_utf8_lossy(&chunk.unwrap()));
        while let Some(end) = text.find("\n\n") {
            let frame: String = text.drain(..end + 2).collect();
            let Some(data) = frame.lines().find_map(|line| line.strip_prefix("data: ")) else { continue };
            let Ok(batch) = serde_json::from_str::<Batch>(data) else { continue };
            batches.push(batch);
            if enough(&batches[batches.len() - 1]) {
                return batches;
            }
        }
    }
    batches
}

#[tokio::test]
async fn changes_arrive_while_they_happen_and_the_stream_resumes_without_a_gap() {
    let world = World::start(TestDatabase::sqlite().await).await;
    world.tenant("live.example", 60).await;
    let made = world
        .client
        .post(format!("{}/host/workspaces", world.base))
        .bearer_auth("host-key")
        .json(&serde_json::json!({ "name": "W", "owner_name": "O", "pools": [{ "plan_type_id": "w", "name": "W", "limit": 100 }] }))
        .send()
        .await
        .unwrap();
    let made: serde_json::Value = serde_json::from_str(&made.text().await.unwrap()).unwrap();
    let token = made["enter_url"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
    let session = world.state.store.enter(&token).await.unwrap();
    let ctx = world.state.store.session(&session).await.unwrap().unwrap();
    let desk = server::services::Caller::new(world.state.clone(), ctx).desk();
    let delegation = world.linked(&desk, "live.example").await;
    let since = desk.mailboxes.snapshot(delegation.id).await.unwrap().delegation.seq;
    let open = |since: i64| {
        world
            .client
            .get(format!("{}/live/{}?since={since}", world.base, delegation.id))
            .header("cookie", format!("sid={session}"))
            .send()
    };
    assert_eq!(
        world.client.get(format!("{}/live/{}", world.base, delegation.id)).send().await.unwrap().status(),
        401
    );

    let stream = open(since.0).await.unwrap();
    let rows = world.rows(&desk, &delegation, Tab::Available).await;
    let wanted = u32::try_from(rows.len()).unwrap();
    let (batches, run) = tokio::join!(
        read(stream, |batch| {
            batch.changes.iter().any(|change| {
            matches!(change, domain::live::Change::Run(run) if run.kind == RunKind::Connect && run.state.is_over())
        })
        }),
        world.run_over(&desk, &delegation, RunKind::Connect, rows),
    );
    assert_eq!(run.counts.succeeded, wanted);
    let mut seen = since.0;
    for batch in &batches {
        assert_eq!(batch.seq.0 - seen, i64::try_from(batch.changes.len()).unwrap(), "a gap after {seen}");
        seen = batch.seq.0;
    }
    // A page that was away for half of it gets exactly the other half.
    let middle = batches[batches.len() / 2].seq.0;
    let rest = read(open(middle).await.unwrap(), |batch| batch.seq.0 >= seen).await;
    assert_eq!(
        rest.iter().map(|batch| batch.changes.len()).sum::<usize>(),
        usize::try_from(seen - middle).unwrap()
    );
    world.state.shutdown.cancel();
}
