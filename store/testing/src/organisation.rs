//! A workspace with a linked organisation, created by the same steps as in production.

use domain::{
    alerts::AlertContent,
    delegation::DelegationState,
    ids::{DelegationId, RowNumber, Seq, UserId, WorkspaceId},
    list::{ListQuery, Tab},
    mailbox::{Kind, MailboxRow},
    people::Method,
    run::RunKind,
    slots::PlanState,
    undo::DISCONNECTS_AFTER,
};
use secrecy::ExposeSecret;
use store::{
    Arrival, AttemptStep, Browser, DeliveryContent, Destinations, DirectoryEntry, ItemOutcome, ItemResult,
    Lease, NewPool, NewRun, Outcome, SlotPush, Store, SyncPage, Urgency, Verdict, WorkspaceCtx,
};

use crate::clock::TestClock;

#[derive(Debug)]
pub struct Organisation {
    pub ctx: WorkspaceCtx,
    pub workspace: WorkspaceId,
    pub delegation: DelegationId,
    owner: UserId,
    /// The session token of the workspace's owner.
    pub session: String,
}

impl Organisation {
    /// Another delegation of the same workspace.
    pub fn of(self, delegation: DelegationId) -> Self {
        Self { delegation, ..self }
    }
}

/// A browser that signs in with a one-time link.
pub fn arrival() -> Arrival<'static> {
    Arrival {
        method: Method::Link,
        agent: "Firefox on Linux",
        address: "127.0.0.1",
        before: None,
        host: None,
    }
}

/// Signs the owner in again.
pub async fn sign_in_again(store: &Store, organisation: &Organisation) -> (String, WorkspaceCtx) {
    let link = store.create_enter_link(organisation.workspace, organisation.owner).await.unwrap();
    let session = store.enter(&link, arrival()).await.unwrap();
    let ctx = store.session(&session).await.unwrap().expect("a session").ctx;
    (session, ctx)
}

/// Creates a workspace and signs its owner in.
pub async fn workspace(store: &Store, slots: Option<u32>) -> (WorkspaceId, WorkspaceCtx) {
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

/// Creates a delegation whose tenant is proven and approved.
pub async fn authorised(store: &Store, ctx: &WorkspaceCtx, tid: &str) -> DelegationId {
    let client = store
        .consent(ctx)
        .add_api_client("00001111-aaaa-2222-bbbb-3333cccc4444", &["Mail.Send"])
        .await
        .unwrap();
    let attempt = store.consent(ctx).start_attempt(client.id).await.unwrap();
    let step = store.begin_sign_in(&attempt.link).await.unwrap();
    let step = consented(store, &step, tid).await;
    store.grant_attempt(&step, tid).await.unwrap();
    attempt.view.delegation
}

/// The browser of [`consented`].
pub const BROWSER: Browser<'_> = Browser("browser");

/// Signs in and consents as the administrator of `tid`, up to the page that asks for the last word. Returns the attempt.
pub async fn consented(store: &Store, step: &AttemptStep, tid: &str) -> AttemptStep {
    let (first, second) = (format!("state-1-{tid}"), format!("state-2-{tid}"));
    store.store_sign_in(step, BROWSER, &first, "nonce", "verifier").await.unwrap();
    let step = store.take_state(&first, BROWSER).await.unwrap();
    store.prove_tenant(&step, tid, "oid", "ada@contoso.com", &second).await.unwrap();
    let step = store.take_state(&second, BROWSER).await.unwrap();
    store.record_consent(&step).await.unwrap();
    store.begin_again(step.view.id, BROWSER).await.unwrap()
}

/// Adds an alert address, and confirms it as its owner by the e-mail that asks. Other e-mails that are due stay leased.
pub async fn confirmed_alerts(store: &Store, ctx: &WorkspaceCtx, address: &str) {
    store.notifications(ctx).add_alert_address(address).await.unwrap();
    loop {
        let email = Destinations { webhooks: false, email: true };
        let delivery = store.next_delivery("test", email).await.unwrap().expect("the e-mail that asks");
        let DeliveryContent::Email(asks) = &delivery.content else {
            unreachable!("only e-mail is requested")
        };
        if asks.to != address {
            continue;
        }
        assert_eq!(asks.contents, [AlertContent::Confirm]);
        store.settle_delivery(&delivery, &Outcome::Delivered).await.unwrap();
        store.confirm_alerts(asks.stop_token.expose_secret()).await.unwrap();
        return;
    }
}

pub fn entry(n: u32) -> DirectoryEntry {
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
        unclear: false,
    }
}

/// Creates an organisation with `people` connectable mailboxes.
pub async fn organisation(store: &Store, slots: Option<u32>, people: u32) -> Organisation {
    let (workspace, owner, ctx, session) = signed_in(store, slots).await;
    let tid = store_id(workspace);
    let delegation = authorised(store, &ctx, &tid).await;
    store.delegations(&ctx).name_delegation(delegation, "contoso.com", "ada@contoso.com").await.unwrap();
    sync(store, &ctx, delegation, &(1..=people).map(entry).collect::<Vec<_>>()).await;
    Organisation { ctx, workspace, delegation, owner, session }
}

/// A unique tenant id.
fn store_id(workspace: WorkspaceId) -> String {
    workspace.to_string()
}

/// Runs a full sync of one page.
pub async fn sync(store: &Store, ctx: &WorkspaceCtx, delegation: DelegationId, people: &[DirectoryEntry]) {
    store
        .runs(ctx)
        .accept_run(&NewRun { delegation, kind: RunKind::Sync, rows: &[], key: None })
        .await
        .unwrap();
    let lease = claim(store).await;
    let verdict = Verdict {
        state: DelegationState::Active,
        reason: None,
        checklist: None,
        organisation: Some("Contoso".into()),
        service_principal: None,
    };
    store.leased(&lease).record_verdict(&verdict).await.unwrap();
    let generation = store.delegations(ctx).delegation(delegation).await.unwrap().generation + 1;
    store
        .leased(&lease)
        .write_page(&SyncPage { generation, entries: people, removed: &[], unreadable: &[], cursor: None })
        .await
        .unwrap();
    store.leased(&lease).finish_sync(generation, true, "https://graph/delta").await.unwrap();
    store.leased(&lease).finish_sync_run(None).await.unwrap();
}

/// The host's statement about the pool of [`workspace`].
pub fn plan(limit: u32, used_elsewhere: u32, version: i64) -> SlotPush {
    SlotPush {
        plan_type_id: "warmup".into(),
        limit: Some(limit),
        used_elsewhere,
        plan: PlanState::Active,
        version,
    }
}

pub async fn claim(store: &Store) -> Lease {
    store.claim_run("test", Urgency::Any).await.unwrap().expect("a run that is due")
}

/// Accepts a run, moves the clock past its undo time, and completes it with success.
pub async fn complete_run(
    store: &Store,
    clock: &TestClock,
    organisation: &Organisation,
    kind: RunKind,
    rows: &[RowNumber],
) {
    complete_run_as(store, clock, &organisation.ctx, organisation.delegation, kind, rows).await;
}

/// The same for the caller `ctx`.
pub async fn complete_run_as(
    store: &Store,
    clock: &TestClock,
    ctx: &WorkspaceCtx,
    delegation: DelegationId,
    kind: RunKind,
    rows: &[RowNumber],
) {
    let new = NewRun { delegation, kind, rows, key: None };
    let run = store.runs(ctx).accept_run(&new).await.unwrap();
    clock.advance(run.undo_until().map_or(0, |_| DISCONNECTS_AFTER));
    let lease = claim(store).await;
    assert_eq!(lease.run, run.id);
    let items = store.leased(&lease).work(1_000).await.unwrap().items;
    let done: Vec<ItemResult> =
        items.iter().map(|item| ItemResult::new(item.mailbox, ItemOutcome::Done)).collect();
    store.leased(&lease).settle(&done).await.unwrap();
    store.leased(&lease).finish_run(false).await.unwrap().expect("finished");
}

/// The current rows, in the order of their numbers.
pub async fn rows(store: &Store, organisation: &Organisation, rows: &[RowNumber]) -> Vec<MailboxRow> {
    let mut found = store.mailboxes(&organisation.ctx).rows(organisation.delegation, rows).await.unwrap();
    found.sort_by_key(|row| row.row);
    found
}

/// The connectable rows, in the list's order.
pub async fn connectable(store: &Store, organisation: &Organisation) -> Vec<RowNumber> {
    let query = ListQuery { tab: Tab::All, ..ListQuery::default() };
    store.mailboxes(&organisation.ctx).list_order(organisation.delegation, &query).await.unwrap().connectable
}

/// Starts a run over these mailboxes and cancels it before the work begins: the state of each changes twice and is the
/// same in the end. Returns the head of the log.
pub async fn start_and_cancel(store: &Store, organisation: &Organisation, rows: &[RowNumber]) -> Seq {
    let Organisation { ctx, delegation, .. } = organisation;
    let new = NewRun { delegation: *delegation, kind: RunKind::Connect, rows, key: None };
    store.runs(ctx).accept_run(&new).await.unwrap();
    let lease = claim(store).await;
    store.leased(&lease).finish_run(true).await.unwrap().expect("an end");
    store.delegations(ctx).delegation(*delegation).await.unwrap().view.seq
}
