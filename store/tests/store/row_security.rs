//! PostgreSQL's row-level security: the second protection between workspaces. The first are the statements' own
//! filters, which [`super::isolation`] tests.

use domain::{
    activity::ActivityQuery,
    ids::{ExclusionId, RowNumber, Seq},
    list::ListQuery,
    purpose::Purpose,
    run::RunKind,
    undo::ExclusionTarget,
};
use sea_orm::{
    ConnectionTrait, Database, DatabaseConnection, DatabaseTransaction, DbBackend, Statement,
    TransactionTrait,
};
use store::{ItemOutcome, ItemResult, NewExclusion, NewRun, Store};

use store_testing::{
    database::TestDatabase,
    organisation::{Organisation, claim, connectable, organisation},
};

/// Selects the tables that have rows of workspaces, with their policies.
const ALL: &str = "SELECT c.relname AS name, c.relrowsecurity AND c.relforcerowsecurity AS forced, \
     (SELECT COUNT(*) FROM pg_policy p WHERE p.polrelid = c.oid) AS policies \
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
     WHERE n.nspname = 'public' AND c.relkind = 'r' AND (c.relname = 'workspace' OR EXISTS \
     (SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'workspace_id'))";

async fn connected(database: &TestDatabase) -> DatabaseConnection {
    Database::connect(database.url.as_str()).await.unwrap()
}

/// A transaction that is scoped to a workspace, like the store's.
#[expect(clippy::disallowed_methods, reason = "bypasses the store to test its view of the database")]
async fn within(on: &DatabaseConnection, organisation: &Organisation) -> DatabaseTransaction {
    let tx = on.begin().await.unwrap();
    let scope = format!("SELECT set_config('warmy.workspace', '{}', true)", organisation.workspace);
    tx.execute_unprepared(&scope).await.unwrap();
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
async fn every_table_with_rows_of_workspaces_has_a_policy() {
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
async fn a_statement_without_a_filter_neither_reads_nor_writes_rows_of_other_workspaces() {
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
    // The scope ends with its transaction, also on the same connection.
    assert_eq!(count(&on, "mailbox").await, 8);
}

/// With policies that hide all rows from unscoped transactions, all calls of a workspace still work, because they are
/// scoped. Calls that work across workspaces come before.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_store_scopes_its_transactions_to_a_workspace() {
    let database = TestDatabase::postgres().await;
    let store = database.store().await;
    let organisation = organisation(&store, Some(100), 6).await;
    let rows = connectable(&store, &organisation).await;
    let (ctx, delegation) = (&organisation.ctx, organisation.delegation);
    let connect = NewRun { delegation, kind: RunKind::Connect, rows: &rows[..2], key: None };
    store.runs(ctx).accept_run(&connect).await.unwrap();
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

    let items = store.leased(&lease).work(10).await.unwrap().items;
    let done: Vec<_> = items.iter().map(|item| ItemResult::new(item.mailbox, ItemOutcome::Done)).collect();
    store.leased(&lease).settle(&done).await.unwrap();
    store.leased(&lease).finish_run(false).await.unwrap().expect("finished");
    reads(&store, &organisation, &rows).await;
    let target = ExclusionTarget::Rows(rows[2..4].to_vec());
    let exclusion = NewExclusion { id: ExclusionId(delegation.0), delegation, target: &target };
    assert_eq!(store.mailboxes(ctx).exclude(&exclusion).await.unwrap().excluded, 2);
    store.mailboxes(ctx).undo_exclusion(delegation, exclusion.id).await.unwrap();
    store.mailboxes(ctx).include(delegation, &target).await.unwrap();
    let again = NewRun { delegation, kind: RunKind::Connect, rows: &rows[4..5], key: None };
    let run = store.runs(ctx).accept_run(&again).await.unwrap();
    store.runs(ctx).pause_run(run.id).await.unwrap();
    store.runs(ctx).resume_run(run.id).await.unwrap();
    store.runs(ctx).cancel_run(run.id).await.unwrap();
    let client = store.consent(ctx).api_clients().await.unwrap().remove(0);
    store.consent(ctx).start_attempt(client.id).await.unwrap();
    store.delegations(ctx).name_delegation(delegation, "contoso.com", "ann@contoso.com").await.unwrap();
    store.delegations(ctx).remove_delegation(delegation).await.unwrap();
}

async fn reads(store: &Store, organisation: &Organisation, rows: &[RowNumber]) {
    let (ctx, delegation) = (&organisation.ctx, organisation.delegation);
    let snapshot = store.mailboxes(ctx).snapshot(delegation).await.unwrap();
    assert_eq!(snapshot.counts.connected, 2);
    assert_eq!(
        store.mailboxes(ctx).list_order(delegation, &ListQuery::default()).await.unwrap().order.len(),
        4
    );
    let shown = store.mailboxes(ctx).rows(delegation, rows).await.unwrap();
    assert_eq!(shown.len(), 6);
    store.mailboxes(ctx).mailbox_detail(delegation, shown[0].id).await.unwrap();
    let addresses = [shown[0].address.to_lowercase()];
    let found = store.mailboxes(ctx).find_addresses(delegation, &addresses, Purpose::Manage).await.unwrap();
    assert_eq!(found.rows.len(), 1);
    store.delegations(ctx).events_since(delegation, Seq(0)).await.unwrap();
    store.mailboxes(ctx).attention_groups(delegation).await.unwrap();
    let run = store.runs(ctx).list(delegation, 10).await.unwrap().remove(0);
    store.runs(ctx).run_detail(run.id).await.unwrap();
    assert_eq!(store.runs(ctx).run_items(run.id, None, None, 50).await.unwrap().items.len(), 2);
    assert!(store.runs(ctx).failed_rows(run.id).await.unwrap().1.is_empty());
    assert_eq!(store.runs(ctx).review_run(delegation, RunKind::Connect, &rows[4..]).await.unwrap().takes, 2);
    assert_eq!(store.delegations(ctx).list().await.unwrap().len(), 1);
    store.delegations(ctx).link_facts(delegation).await.unwrap();
    assert!(!store.activity(ctx).page(&ActivityQuery::default(), 10).await.unwrap().entries.is_empty());
    assert_eq!(store.slots(ctx).pools().await.unwrap().len(), 1);
    store.workspace(ctx).workspace_name().await.unwrap();
    store.people(ctx).api_keys().await.unwrap();
    store.people(ctx).all().await.unwrap();
}
