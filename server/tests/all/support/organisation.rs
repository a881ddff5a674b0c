//! A workspace with a linked organisation, made by the same steps as in life.

use domain::{
    delegation::DelegationState,
    ids::{DelegationId, RowNo, Seq, UserId, WorkspaceId},
    list::{ListQuery, Tab},
    mailbox::{Kind, MailboxRow},
    people::Method,
    run::RunKind,
    slots::PlanState,
    undo::UNDO,
};
use server::store::{
    Arrival, DirectoryEntry, Fate, Lease, NewPool, NewRun, Settled, SlotPush, Store, SyncPage, Urgency,
    Verdict, WorkspaceCtx,
};

use super::clock::TestClock;

pub(crate) struct Organisation {
    pub(crate) ctx: WorkspaceCtx,
    pub(crate) workspace: WorkspaceId,
    pub(crate) delegation: DelegationId,
    owner: UserId,
    /// The token of its owner's session.
    pub(crate) session: String,
}

impl Organisation {
    /// Another delegation of the same workspace.
    pub(crate) fn of(self, delegation: DelegationId) -> Self {
        Self { delegation, ..self }
    }
}

/// A browser that comes by a one-time link.
pub(crate) fn arrival() -> Arrival<'static> {
    Arrival {
        method: Method::Link,
        agent: "Firefox on Linux",
        address: "127.0.0.1",
        before: None,
        host: None,
    }
}

/// Signs the owner in again.
pub(crate) async fn again(store: &Store, organisation: &Organisation) -> (String, WorkspaceCtx) {
    let link = store.create_enter_link(organisation.workspace, organisation.owner).await.unwrap();
    let session = store.enter(&link, arrival()).await.unwrap();
    let ctx = store.session(&session).await.unwrap().expect("a session").ctx;
    (session, ctx)
}

/// Signs somebody in as the owner of a new workspace.
pub(crate) async fn workspace(store: &Store, slots: Option<u32>) -> (WorkspaceId, WorkspaceCtx) {
    let (workspace, _, ctx, _) = signed_in(store, slots).await;
    (workspace, ctx)
}

async fn signed_in(store: &Store, slots: Option<u32>) -> (WorkspaceId, UserId, WorkspaceCtx, String) {
    let pool =
        NewPool { plan_type_id: "warmup".into(), name: "Warm-up".into(), limit: slots, used_elsewhere: 0 };
    let (workspace, owner) = store.create_workspace("Contoso", "Olga Owner", &[pool]).await.unwrap();
    let link = store.create_enter_link(workspace, owner).await.unwrap();
    let session = store.enter(&link, arrival()).await.unwrap();
    (workspace, owner, store.session(&session).await.unwrap().expect("a session").ctx, session)
}

/// A delegation whose tenant was proven and approved.
pub(crate) async fn authorised(store: &Store, ctx: &WorkspaceCtx, tid: &str) -> DelegationId {
    let client =
        store.add_api_client(ctx, "00001111-aaaa-2222-bbbb-3333cccc4444", &["Mail.Send"]).await.unwrap();
    let attempt = store.start_attempt(ctx, client.id).await.unwrap();
    let step = store.begin_sign_in(&attempt.link).await.unwrap();
    store.keep_sign_in(&step, "state-1", "nonce", "verifier").await.unwrap();
    let step = store.take_state("state-1").await.unwrap();
    store.prove_tenant(&step, tid, "oid", "ada@contoso.com", &format!("state-2-{tid}")).await.unwrap();
    let step = store.take_state(&format!("state-2-{tid}")).await.unwrap();
    store.grant_attempt(&step, tid).await.unwrap();
    attempt.view.delegation
}

pub(crate) fn entry(n: u32) -> DirectoryEntry {
    DirectoryEntry {
        entra_id: format!("entra-{n}"),
        name: format!("Person {n:05}"),
        address: format!("person{n}@contoso.com"),
        department: Some("Sales".into()),
        aliases: vec![format!("Person.{n}@contoso.onmicrosoft.com")],
        kind: Kind::User,
        licensed: true,
        on_premises: false,
        licensed_at: None,
        obstacle: None,
    }
}

/// An organisation with this many connectable mailboxes.
pub(crate) async fn organisation(store: &Store, slots: Option<u32>, people: u32) -> Organisation {
    let (workspace, owner, ctx, session) = signed_in(store, slots).await;
    let tid = store_id(workspace);
    let delegation = authorised(store, &ctx, &tid).await;
    store.name_delegation(&ctx, delegation, "contoso.com", "ada@contoso.com").await.unwrap();
    sync(store, &ctx, delegation, &(1..=people).map(entry).collect::<Vec<_>>()).await;
    Organisation { ctx, workspace, delegation, owner, session }
}

/// A tenant id of the test's own.
fn store_id(workspace: WorkspaceId) -> String {
    workspace.to_string()
}

/// Reads the directory as a full round of one page.
pub(crate) async fn sync(
    store: &Store,
    ctx: &WorkspaceCtx,
    delegation: DelegationId,
    people: &[DirectoryEntry],
) {
    store.accept_run(ctx, &NewRun { delegation, kind: RunKind::Sync, rows: &[], key: None }).await.unwrap();
    let lease = claim(store).await;
    let verdict = Verdict {
        state: DelegationState::Active,
        reason: None,
        checklist: None,
        organisation: Some("Contoso".into()),
        service_principal: None,
    };
    store.judge_delegation(&lease, &verdict).await.unwrap();
    let generation = store.delegation(ctx, delegation).await.unwrap().generation + 1;
    store
        .write_page(&lease, &SyncPage { generation, entries: people, removed: &[], cursor: None })
        .await
        .unwrap();
    store.finish_sync(&lease, generation, true, "https://graph/delta").await.unwrap();
    store.finish_sync_run(&lease, None).await.unwrap();
}

/// The host's word on the pool of [`workspace`].
pub(crate) fn plan(limit: u32, used_elsewhere: u32, version: i64) -> SlotPush {
    SlotPush {
        plan_type_id: "warmup".into(),
        limit: Some(limit),
        used_elsewhere,
        plan: PlanState::Active,
        version,
    }
}

pub(crate) async fn claim(store: &Store) -> Lease {
    store.claim_run("test", Urgency::Any).await.unwrap().expect("a run that is due")
}

/// Accepts a run, works on it to the end with success, and moves the clock past whatever it waits for.
pub(crate) async fn carry_out(
    store: &Store,
    clock: &TestClock,
    organisation: &Organisation,
    kind: RunKind,
    rows: &[RowNo],
) {
    carry_out_as(store, clock, &organisation.ctx, organisation.delegation, kind, rows).await;
}

/// The same for whoever is signed in.
pub(crate) async fn carry_out_as(
    store: &Store,
    clock: &TestClock,
    ctx: &WorkspaceCtx,
    delegation: DelegationId,
    kind: RunKind,
    rows: &[RowNo],
) {
    let new = NewRun { delegation, kind, rows, key: None };
    let run = store.accept_run(ctx, &new).await.unwrap();
    clock.put_forward(run.undo_until().map_or(0, |_| UNDO));
    let lease = claim(store).await;
    assert_eq!(lease.run, run.id);
    let items = store.work(&lease, 1_000).await.unwrap().items;
    let done: Vec<Settled> =
        items.iter().map(|item| Settled { mailbox: item.mailbox, fate: Fate::Done }).collect();
    store.settle(&lease, &done).await.unwrap();
    store.finish_run(&lease, false).await.unwrap().expect("finished");
}

/// The rows as they are, in the order of their numbers.
pub(crate) async fn rows(store: &Store, organisation: &Organisation, rows: &[RowNo]) -> Vec<MailboxRow> {
    let mut found = store.rows(&organisation.ctx, organisation.delegation, rows).await.unwrap();
    found.sort_by_key(|row| row.row);
    found
}

/// The connectable rows, in the list's order.
pub(crate) async fn connectable(store: &Store, organisation: &Organisation) -> Vec<RowNo> {
    let query = ListQuery { tab: Tab::All, ..ListQuery::default() };
    store.spine(&organisation.ctx, organisation.delegation, &query).await.unwrap().connectable
}

/// Starts a run over these mailboxes and cancels it before anything is done: each of them moves twice, and nothing
/// has changed in the end. Returns the head of the log.
pub(crate) async fn stir(store: &Store, organisation: &Organisation, rows: &[RowNo]) -> Seq {
    let Organisation { ctx, delegation, .. } = organisation;
    let new = NewRun { delegation: *delegation, kind: RunKind::Connect, rows, key: None };
    store.accept_run(ctx, &new).await.unwrap();
    let lease = claim(store).await;
    store.finish_run(&lease, true).await.unwrap().expect("an end");
    store.delegation(ctx, *delegation).await.unwrap().view.seq
}
