//! PostgreSQL's row-level security: the second wall between workspaces. The first are the statements' own filters, which
//! [`super::isolation`] tests.

use domain::{
    activity::ActivityQuery,
    ids::{ExclusionId, RowNo, Seq},
    list::ListQuery,
    purpose::Purpose,
    run::RunKind,
    undo::Whom,
};
use sea_orm::{
    ConnectionTrait, Database, DatabaseConnection, DatabaseTransaction, DbBackend, Statement,
    TransactionTrait,
};
use server::store::{Fate, NewExclusion, NewRun, Settled, Store};

use crate::support::{
    database::TestDatabase,
    organisation::{Organisation, claim, connectable, organisation},
};

/// Tables of a workspace, and of none.
const ALL: &str = "SELECT c.relname AS name, c.relrowsecurity AND c.relforcerowsecurity AS forced, \
     (SELECT COUNT(*) FROM pg_policy p WHERE p.polrelid = c.oid) AS policies \
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
     WHERE n.nspname = 'public' AND c.relkind = 'r' AND (c.relname = 'workspace' OR EXISTS \
     (SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'workspace_id'))";

async fn connected(database: &TestDatabase) -> DatabaseConnection {
    Database::connect(database.url.as_str()).await.unwrap()
}

/// A transaction that says for which workspace it works, as the store's do.
#[expect(clippy::disallowed_methods, reason = "beside the store, to see what it would see")]
async fn within(on: &DatabaseConnection, organisation: &Organisation) -> DatabaseTransaction {
    let tx = on.begin().await.unwrap();
    let said = format!("SELECT set_config('warmy.workspace', '{}', true)", organisation.workspace);
    tx.execute_unprepared(&said).await.unwrap();
    tx
}

async fn count(on: &impl ConnectionTrait, table: &str) -> i64 {
    let text = format!("SELECT COUNT(*) AS n FROM {table}");
    let row = on.query_one_raw(Statement::from_string(DbBackend::Postgres, text)).await.unwrap();
    row.unwrap().try_get("", "n").unwrap()
}

/// Names of the tables with rows of workspaces.
async fn tables(on: &DatabaseConnection) -> Vec<String> {
    let rows = on.query_all_raw(Statement::from_string(DbBackend::Postgres, ALL)).await.unwrap();
    rows.iter().map(|row| row.try_get("", "name").unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_table_with_rows_of_workspaces_is_behind_it() {
    let database = TestDatabase::postgres().await;
    drop(database.store().await);
    let on = connected(&database).await;
    let rows = on.query_all_raw(Statement::from_string(DbBackend::Postgres, ALL)).await.unwrap();
    assert!(rows.len() >= 15, "{} tables", rows.len());
    for row in rows {
        let (name, forced, policies): (String, bool, i64) = (
            row.try_get("", "name").unwrap(),
            row.try_get("", "forced").unwrap(),
            row.try_get("", "policies").unwrap(),
        );
        assert!(forced && policies == 1, "{name} has {policies} policies");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_statement_that_forgets_its_filter_sees_and_writes_nothing_of_others() {
    let database = TestDatabase::postgres().await;
    let store = database.store().await;
    let (mine, theirs) = (organisation(&store, Some(100), 3).await, organisation(&store, Some(100), 5).await);
    let on = connected(&database).await;
    assert_eq!(count(&on, "mailbox").await, 8);
    let tx = within(&on, &mine).await;
    assert_eq!((count(&tx, "mailbox").await, count(&tx, "workspace").await), (3, 1));
    let renamed = tx.execute_unprepared("UPDATE mailbox SET name = 'x'").await.unwrap().rows_affected();
    assert_eq!(renamed, 3);
    let moved = format!("UPDATE api_client SET workspace_id = '{}'", theirs.workspace);
    let refusal = tx.execute_unprepared(&moved).await.unwrap_err().to_string();
    assert!(refusal.contains("row-level security"), "{refusal}");
    tx.rollback().await.unwrap();
    // What was said ends with its transaction, on this connection as on any other.
    assert_eq!(count(&on, "mailbox").await, 8);
}

/// With policies that let nobody through who says nothing, everything that is done within a workspace still works: it
/// says so. What works for all workspaces has been done before.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_store_says_for_whom_it_works() {
    let database = TestDatabase::postgres().await;
    let store = database.store().await;
    let organisation = organisation(&store, Some(100), 6).await;
    let rows = connectable(&store, &organisation).await;
    let (ctx, delegation) = (&organisation.ctx, organisation.delegation);
    let connect = NewRun { delegation, kind: RunKind::Connect, rows: &rows[..2], key: None };
    store.accept_run(ctx, &connect).await.unwrap();
    let lease = claim(&store).await;
    let on = connected(&database).await;
    for table in tables(&on).await {
        let column = if table == "workspace" { "id" } else { "workspace_id" };
        let strict = format!(
            "ALTER POLICY of_workspace ON {table} USING ({column} = NULLIF(current_setting('warmy.workspace', true), '')::uuid)"
        );
        on.execute_unprepared(&strict).await.unwrap();
    }
    assert_eq!(count(&on, "mailbox").await, 0);

    let items = store.work(&lease, 10).await.unwrap().items;
    let done: Vec<_> = items.iter().map(|item| Settled { mailbox: item.mailbox, fate: Fate::Done }).collect();
    store.settle(&lease, &done).await.unwrap();
    store.finish_run(&lease, false).await.unwrap().expect("finished");
    reads(&store, &organisation, &rows).await;
    let whom = Whom::Rows(rows[2..4].to_vec());
    let exclusion = NewExclusion { id: ExclusionId(delegation.0), delegation, whom: &whom };
    assert_eq!(store.exclude(ctx, &exclusion).await.unwrap().excluded, 2);
    store.undo_exclusion(ctx, delegation, exclusion.id).await.unwrap();
    store.include(ctx, delegation, &whom).await.unwrap();
    let again = NewRun { delegation, kind: RunKind::Connect, rows: &rows[4..5], key: None };
    let run = store.accept_run(ctx, &again).await.unwrap();
    store.pause_run(ctx, run.id).await.unwrap();
    store.resume_run(ctx, run.id).await.unwrap();
    store.cancel_run(ctx, run.id).await.unwrap();
    let client = store.api_clients(ctx).await.unwrap().remove(0);
    store.start_attempt(ctx, client.id).await.unwrap();
    store.name_delegation(ctx, delegation, "contoso.com", "ann@contoso.com").await.unwrap();
    store.remove_delegation(ctx, delegation).await.unwrap();
}

async fn reads(store: &Store, organisation: &Organisation, rows: &[RowNo]) {
    let (ctx, delegation) = (&organisation.ctx, organisation.delegation);
    let snapshot = store.snapshot(ctx, delegation).await.unwrap();
    assert_eq!(snapshot.counts.connected, 2);
    assert_eq!(store.spine(ctx, delegation, &ListQuery::default()).await.unwrap().order.len(), 4);
    let shown = store.rows(ctx, delegation, rows).await.unwrap();
    assert_eq!(shown.len(), 6);
    store.mailbox_detail(ctx, delegation, shown[0].id).await.unwrap();
    let addresses = [shown[0].address.to_lowercase()];
    let found = store.find_addresses(ctx, delegation, &addresses, Purpose::Manage).await.unwrap();
    assert_eq!(found.rows.len(), 1);
    store.events_since(ctx, delegation, Seq(0)).await.unwrap();
    store.causes(ctx, delegation).await.unwrap();
    let run = store.runs(ctx, delegation, 10).await.unwrap().remove(0);
    store.run_detail(ctx, run.id).await.unwrap();
    assert_eq!(store.run_items(ctx, run.id, None, None, 50).await.unwrap().items.len(), 2);
    assert!(store.failed_rows(ctx, run.id).await.unwrap().1.is_empty());
    assert_eq!(store.review_run(ctx, delegation, RunKind::Connect, &rows[4..]).await.unwrap().takes, 2);
    assert_eq!(store.delegations(ctx).await.unwrap().len(), 1);
    store.link_facts(ctx, delegation).await.unwrap();
    assert!(!store.activity(ctx, &ActivityQuery::default(), 10).await.unwrap().entries.is_empty());
    assert_eq!(store.pools(ctx).await.unwrap().len(), 1);
    store.workspace_name(ctx).await.unwrap();
    store.api_keys(ctx).await.unwrap();
    store.people(ctx).await.unwrap();
}
