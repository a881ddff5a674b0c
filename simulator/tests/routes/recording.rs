use serde_json::{Value, json};
use simulator::Options;

use crate::support::{CONTOSO, TestSimulator};

#[tokio::test]
async fn every_answer_of_graph_is_recorded_with_the_parts_of_batches() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("answers.jsonl");
    let test_env =
        TestSimulator::with(Options { mailboxes: 5, record: Some(file.clone()), ..Options::default() }).await;
    let token = test_env.consented(CONTOSO).await;
    test_env.graph(&token, "/organization?$select=id").await;
    test_env.graph("rubbish", "/users").await;
    let parts = json!([
        { "id": "1", "method": "GET", "url": "/users/admin@contoso.com?$select=id" },
        { "id": "2", "method": "GET", "url": "users/nobody@contoso.com" },
    ]);
    test_env.batch(&token, parts).await;

    let text = std::fs::read_to_string(file).unwrap();
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let summaries: Vec<_> = lines
        .iter()
        .map(|line| {
            assert!(line["body"].is_object() && line["content_type"].is_string(), "{line}");
            let word = |name: &str| line[name].as_str().unwrap();
            format!("{} {} {}", word("method"), word("path"), line["status"])
        })
        .collect();
    assert_eq!(
        summaries,
        [
            "GET /organization?$select=id 200",
            "GET /users 401",
            "GET /users/admin@contoso.com?$select=id 200",
            "GET /users/nobody@contoso.com 404",
            "POST /$batch 200",
        ]
    );
    assert!(lines[4]["body"]["responses"].is_array());
}

#[tokio::test]
async fn a_recording_that_cannot_be_written_fails_the_start() {
    let record = Some("/nowhere/at/all.jsonl".into());
    assert!(simulator::start(Options { record, ..Options::default() }).await.is_err());
}
