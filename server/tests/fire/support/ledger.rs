//! What must be true of a database whatever happened to the processes.

use std::collections::HashMap;

use domain::{
    ids::{DelegationId, MailboxId, RunId},
    live::Change,
    run::{RunKind, RunState, RunView},
};

use super::{database::Database, server::slots_check};

/// The head of the delegation's log.
pub(crate) async fn head(database: &Database, delegation: DelegationId) -> i64 {
    database.number("SELECT event_seq FROM delegation WHERE id = $1", [delegation.0.into()]).await
}

/// How many mailboxes of a run are done.
pub(crate) async fn settled(database: &Database, run: RunId) -> i64 {
    let sql = "SELECT COUNT(*) FROM run_item WHERE run_id = $1 AND state <> 'pending'";
    database.number(sql, [run.0.into()]).await
}

/// How often a run was taken up.
pub(crate) async fn claims(database: &Database, run: RunId) -> i64 {
    database.number("SELECT epoch FROM run WHERE id = $1", [run.0.into()]).await
}

pub(crate) async fn owner(database: &Database, run: RunId) -> Option<String> {
    database.text("SELECT lease_owner FROM run WHERE id = $1", [run.0.into()]).await
}

/// A finished run over `total` mailboxes that all could be done: each was, once. `since` is the head of the log before
/// the run was accepted.
pub(crate) async fn assert_done_once(database: &Database, run: &RunView, total: usize, since: i64) {
    let count = u32::try_from(total).unwrap();
    assert_eq!(
        (run.state, run.counts.total, run.counts.succeeded),
        (RunState::Completed, count, count),
        "{run:?}"
    );
    let items = database.texts("SELECT state FROM run_item WHERE run_id = $1", [run.id.0.into()]).await;
    assert_eq!(items.len(), total);
    assert!(items.iter().all(|state| state == "succeeded"), "an item is not settled");
    let sql =
        "SELECT payload FROM event WHERE delegation_id = $1 AND seq > $2 AND kind = 'mailbox' ORDER BY seq";
    let events = database.texts(sql, [run.delegation.0.into(), since.into()]).await;
    let mut results: HashMap<MailboxId, u32> = HashMap::new();
    for event in &events {
        let Change::Mailbox(row) = serde_json::from_str(event).unwrap() else { panic!("{event}") };
        if !row.busy {
            *results.entry(row.id).or_default() += 1;
        }
    }
    assert!(results.values().all(|times| *times == 1), "a result was told more than once");
    // A check that finds everything as it was tells nothing.
    let told = if run.kind == RunKind::Verify { 0 } else { total };
    assert_eq!(results.len(), told);
}

/// No number of the event log is missing, and the log is as long as it says.
pub(crate) async fn assert_gap_free(database: &Database, delegation: DelegationId) {
    let one = || [delegation.0.into()];
    let events = database.number("SELECT COUNT(*) FROM event WHERE delegation_id = $1", one()).await;
    let first = database.number("SELECT MIN(seq) FROM event WHERE delegation_id = $1", one()).await;
    let last = database.number("SELECT MAX(seq) FROM event WHERE delegation_id = $1", one()).await;
    assert_eq!((first, last, events), (1, events, head(database, delegation).await));
}

/// The slot account counts what the mailboxes hold, and that is this many.
pub(crate) async fn assert_slots(database: &Database, workspace: &str, used: usize) {
    let (exact, said) = slots_check(&database.url).await;
    let line = said.lines().find(|line| line.starts_with(workspace)).unwrap_or_default();
    let expected = format!("account {used} used 0 reserved, mailboxes {used} used 0 reserved: exact");
    assert!(exact && line.ends_with(&expected), "expected {expected:?}: {said}");
}

/// How many questions were asked again, and that each of `total` mailboxes was asked.
pub(crate) fn repeated(asked: &[String], total: usize) -> usize {
    let mut times: HashMap<&str, usize> = HashMap::new();
    for mailbox in asked {
        *times.entry(mailbox).or_default() += 1;
    }
    assert_eq!(times.len(), total, "not every mailbox was asked");
    asked.len() - total
}
