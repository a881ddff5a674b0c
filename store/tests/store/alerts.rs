//! Alerts by e-mail: content, time, receiver, and alerts that are not true any more.

use domain::{
    alerts::{AlertContent, Confirmation, MAX_ALERT_ADDRESSES},
    delegation::DelegationState,
    run::RunKind,
    schedule::{DAY, HOUR, MINUTE},
};
use secrecy::ExposeSecret;
use store::{
    AlertEmail, Delivery, DeliveryContent, Destinations, ExpiringCredential, ItemOutcome, ItemResult, NewRun,
    Outcome, Store, StoreError, Verdict, WorkspaceCtx,
};

use store_testing::{
    clock::StoppedClock,
    database::TestDatabase,
    on_both_databases,
    organisation::{
        Organisation, claim, confirmed_alerts, connectable, entry, organisation, plan, sync, workspace,
    },
};

const IT: &str = "it@contoso.com";

/// A store with a stopped clock, and an organisation with a confirmed alert address.
async fn alert_address_of(database: &TestDatabase) -> (Store, StoppedClock, Organisation) {
    let clock = StoppedClock::now();
    let store = database.store_at(clock.sources()).await;
    let organisation = organisation(&store, Some(10), 8).await;
    confirmed_alerts(&store, &organisation.ctx, IT).await;
    (store, clock, organisation)
}

/// The next e-mail delivery, claimed for one process.
async fn due(store: &Store) -> Option<Delivery> {
    store.next_delivery("test", Destinations { webhooks: false, email: true }).await.unwrap()
}

async fn next(store: &Store) -> Delivery {
    due(store).await.expect("an e-mail that is due")
}

fn email(delivery: &Delivery) -> &AlertEmail {
    match &delivery.content {
        DeliveryContent::Email(email) => email,
        DeliveryContent::Webhook(_) => unreachable!("only e-mail is requested"),
    }
}

async fn nothing_is_due(store: &Store) -> bool {
    due(store).await.is_none()
}

async fn send(store: &Store) -> Vec<AlertContent> {
    let delivery = next(store).await;
    store.settle_delivery(&delivery, &Outcome::Delivered).await.unwrap();
    email(&delivery).contents.clone()
}

/// A sync sets the organisation's state.
async fn set_state(store: &Store, organisation: &Organisation, state: DelegationState) {
    let Organisation { ctx, delegation, .. } = organisation;
    let new = NewRun { delegation: *delegation, kind: RunKind::Sync, rows: &[], key: None };
    store.runs(ctx).accept_run(&new).await.unwrap();
    let lease = claim(store).await;
    let reason = (state == DelegationState::Broken).then_some(domain::Reason::ConsentRevoked);
    let verdict = Verdict {
        state,
        reason,
        checklist: None,
        organisation: Some("Contoso".into()),
        service_principal: None,
    };
    store.leased(&lease).record_verdict(&verdict).await.unwrap();
    store.leased(&lease).finish_sync_run(None).await.unwrap();
}

/// Starts a run and settles all its mailboxes with the same outcome.
async fn settle(
    store: &Store,
    organisation: &Organisation,
    kind: RunKind,
    rows: &[domain::ids::RowNumber],
    outcome: ItemOutcome,
) {
    let new = NewRun { delegation: organisation.delegation, kind, rows, key: None };
    store.runs(&organisation.ctx).accept_run(&new).await.unwrap();
    work(store, outcome).await;
}

async fn work(store: &Store, outcome: ItemOutcome) {
    let lease = claim(store).await;
    let items = store.leased(&lease).work(1_000).await.unwrap().items;
    let done: Vec<ItemResult> = items.iter().map(|item| ItemResult::new(item.mailbox, outcome)).collect();
    store.leased(&lease).settle(&done).await.unwrap();
    store.leased(&lease).finish_run(false).await.unwrap();
}

on_both_databases! {
    async fn a_withdrawn_approval_and_its_return_are_reported_at_once(database: TestDatabase) {
        let (store, _, organisation) = alert_address_of(&database).await;
        assert!(nothing_is_due(&store).await);
        set_state(&store, &organisation, DelegationState::Broken).await;
        let reason = Some(domain::Reason::ConsentRevoked);
        assert_eq!(send(&store).await, [AlertContent::Broken { organisation: "Contoso".into(), reason }]);
        set_state(&store, &organisation, DelegationState::Active).await;
        assert_eq!(send(&store).await, [AlertContent::Recovered { organisation: "Contoso".into() }]);
        assert!(nothing_is_due(&store).await);
        // A problem that is over before the e-mail is claimed is not reported.
        set_state(&store, &organisation, DelegationState::Broken).await;
        set_state(&store, &organisation, DelegationState::Active).await;
        assert!(nothing_is_due(&store).await);
    }

    async fn mailbox_alerts_are_collected_for_a_day_and_report_the_state_at_its_end(database: TestDatabase) {
        let (store, clock, organisation) = alert_address_of(&database).await;
        let Organisation { ctx, delegation, .. } = &organisation;
        let rows = connectable(&store, &organisation).await;
        settle(&store, &organisation, RunKind::Connect, &rows[..4], ItemOutcome::Done).await;
        let bad = ItemOutcome::Failed(domain::Reason::OutOfScope);
        let mut due = clock.time();
        for round in 0..3 {
            // Twice, because the first failure is only a suspicion.
            for _ in 0..2 {
                clock.advance(DAY + DAY / 2);
                while store.start_due(10).await.unwrap() > 0 {
                    while let Some(lease) = store.claim_run("test", store::Urgency::Any).await.unwrap() {
                        if lease.kind == RunKind::Sync {
                            store.leased(&lease).finish_sync_run(None).await.unwrap();
                            continue;
                        }
                        let items = store.leased(&lease).work(1_000).await.unwrap().items;
                        let done: Vec<ItemResult> = items.iter().map(|item| ItemResult::new(item.mailbox, bad)).collect();
                        store.leased(&lease).settle(&done).await.unwrap();
                        store.leased(&lease).finish_run(false).await.unwrap();
                    }
                }
            }
            if round == 0 {
                due = clock.time();
            }
        }
        assert!(clock.time() > due + DAY);
        let sent = send(&store).await;
        let reasons = vec![(Some(domain::Reason::OutOfScope), 4)];
        assert_eq!(sent, [AlertContent::Attention { organisation: "Contoso".into(), delegation: *delegation, reasons }]);
        let snapshot = store.mailboxes(ctx).snapshot(*delegation).await.unwrap();
        assert_eq!(snapshot.counts.attention, 4);
    }

    async fn new_mailboxes_are_reported_once_a_week_unless_they_are_connected(database: TestDatabase) {
        let (store, clock, organisation) = alert_address_of(&database).await;
        let Organisation { ctx, delegation, .. } = &organisation;
        for people in [10, 11, 12] {
            clock.advance(DAY);
            sync(&store, ctx, *delegation, &(1..=people).map(entry).collect::<Vec<_>>()).await;
            assert!(nothing_is_due(&store).await);
        }
        let rows = connectable(&store, &organisation).await;
        settle(&store, &organisation, RunKind::Connect, &rows[rows.len() - 1..], ItemOutcome::Done).await;
        clock.advance(5 * DAY - 1);
        assert!(nothing_is_due(&store).await);
        clock.advance(1);
        let newcomers = AlertContent::Newcomers { organisation: "Contoso".into(), delegation: *delegation, people: 3 };
        assert_eq!(send(&store).await, [newcomers]);
        clock.advance(30 * DAY);
        assert!(nothing_is_due(&store).await);
    }

    async fn slots_are_reported_while_they_are_scarce(database: TestDatabase) {
        let (store, clock, organisation) = alert_address_of(&database).await;
        let push = async |elsewhere, version| {
            store.push_slots(organisation.workspace, &plan(10, elsewhere, version)).await.unwrap();
        };
        push(8, 1).await;
        assert!(nothing_is_due(&store).await);
        push(2, 2).await;
        clock.advance(HOUR);
        // The slots are free again.
        assert!(nothing_is_due(&store).await);
        push(8, 3).await;
        push(10, 4).await;
        assert_eq!(send(&store).await, [AlertContent::Slots { name: "Warm-up".into(), taken: 10, limit: 10 }]);
        clock.advance(DAY);
        assert!(nothing_is_due(&store).await);
    }

    async fn a_failed_email_is_retried_for_a_day_and_sent_once(database: TestDatabase) {
        let (store, clock, organisation) = alert_address_of(&database).await;
        set_state(&store, &organisation, DelegationState::Broken).await;
        let (start, mut tries) = (clock.time(), Vec::new());
        while clock.time() < start + 3 * DAY {
            if let Some(delivery) = due(&store).await {
                // It is leased: no other process sends it.
                assert!(nothing_is_due(&store).await);
                tries.push(clock.time() - start);
                let failed = Outcome::Failed { answer: "451 greylisted".into(), retry_after: None };
                store.settle_delivery(&delivery, &failed).await.unwrap();
                let known = store.notifications(&organisation.ctx).alert_addresses().await.unwrap().remove(0);
                assert_eq!(known.problem.as_deref(), Some("451 greylisted"));
            }
            clock.advance(MINUTE);
        }
        assert!((8..20).contains(&tries.len()), "{tries:?}");
        assert!(tries[1] - tries[0] <= 5 * MINUTE && (DAY..DAY + 7 * HOUR).contains(tries.last().unwrap()), "{tries:?}");
        // It was given up, and the next alert is tried again.
        set_state(&store, &organisation, DelegationState::Active).await;
        assert_eq!(send(&store).await.len(), 1);
        assert_eq!(store.notifications(&organisation.ctx).alert_addresses().await.unwrap().remove(0).problem, None);
        // A process dies with a claimed e-mail: another one sends it.
        set_state(&store, &organisation, DelegationState::Broken).await;
        next(&store).await;
        assert!(nothing_is_due(&store).await);
        clock.advance(3 * MINUTE);
        assert_eq!(send(&store).await.len(), 1);
    }

    async fn without_a_mail_server_old_alerts_are_deleted(database: TestDatabase) {
        let (store, clock, organisation) = alert_address_of(&database).await;
        set_state(&store, &organisation, DelegationState::Broken).await;
        clock.advance(13 * DAY);
        assert_eq!(store.prune_alerts().await.unwrap(), 0);
        clock.advance(DAY + 1);
        assert_eq!(store.prune_alerts().await.unwrap(), 1);
        assert!(nothing_is_due(&store).await);
        set_state(&store, &organisation, DelegationState::Active).await;
        assert_eq!(send(&store).await.len(), 1);
    }

    async fn a_receiver_can_stop_alerts_with_the_token_of_an_email(database: TestDatabase) {
        let (store, _, organisation) = alert_address_of(&database).await;
        let ctx = &organisation.ctx;
        set_state(&store, &organisation, DelegationState::Broken).await;
        let delivery = next(&store).await;
        let email = email(&delivery);
        let token = email.stop_token.expose_secret();
        let request = store.alert_request(token).await.unwrap();
        assert_eq!((request.address.as_str(), request.confirmed), (IT, true));
        assert_eq!(store.stop_alerts(token).await.unwrap(), IT);
        let settled = store.settle_delivery(&delivery, &Outcome::Delivered).await;
        assert!(matches!(settled, Err(StoreError::Fenced)), "{settled:?}");
        assert!(matches!(store.stop_alerts(token).await, Err(StoreError::NotFound)));
        assert!(store.notifications(ctx).alert_addresses().await.unwrap().is_empty());
        set_state(&store, &organisation, DelegationState::Active).await;
        assert!(nothing_is_due(&store).await);
    }

    async fn alert_addresses_are_limited_and_belong_to_one_workspace(database: TestDatabase) {
        let (store, _, organisation) = alert_address_of(&database).await;
        let ctx = &organisation.ctx;
        store.notifications(ctx).add_alert_address(IT).await.unwrap();
        assert_eq!(store.notifications(ctx).alert_addresses().await.unwrap().len(), 1);
        for n in 1..MAX_ALERT_ADDRESSES {
            store.notifications(ctx).add_alert_address(&format!("it{n}@contoso.com")).await.unwrap();
        }
        let refused = store.notifications(ctx).add_alert_address("more@contoso.com").await;
        assert!(matches!(refused, Err(StoreError::LimitExceeded { limit: MAX_ALERT_ADDRESSES, .. })), "{refused:?}");
        let (_, other) = workspace(&store, None).await;
        let first = store.notifications(ctx).alert_addresses().await.unwrap().remove(0).id;
        assert!(matches!(store.notifications(&other).remove_alert_address(first).await, Err(StoreError::NotFound)));
        assert!(store.notifications(&other).alert_addresses().await.unwrap().is_empty());
        store.notifications(ctx).remove_alert_address(first).await.unwrap();
        assert_eq!(store.notifications(ctx).alert_addresses().await.unwrap().len() as u32, MAX_ALERT_ADDRESSES - 1);
    }

    async fn adding_and_removing_a_stranger_sends_them_one_question_a_day(database: TestDatabase) {
        let (store, clock, organisation) = alert_address_of(&database).await;
        let (_, other) = workspace(&store, None).await;
        let stranger = "Stranger@elsewhere.example";
        let add_and_remove = async |ctx: &WorkspaceCtx, address: &str| {
            let alerts = store.notifications(ctx);
            alerts.add_alert_address(address).await.unwrap();
            let sent = due(&store).await;
            if let Some(delivery) = &sent {
                store.settle_delivery(delivery, &Outcome::Delivered).await.unwrap();
            }
            let known = alerts.alert_addresses().await.unwrap().into_iter().find(|one| one.address == address).unwrap();
            alerts.remove_alert_address(known.id).await.unwrap();
            (sent.is_some(), known.confirmation)
        };
        let mut sent = 0;
        for round in 0..50 {
            for (ctx, address) in [(&organisation.ctx, stranger), (&other, "stranger@ELSEWHERE.example"), (&other, stranger)] {
                let (asked, confirmation) = add_and_remove(ctx, address).await;
                sent += u32::from(asked);
                let later = Confirmation::AskedAt(clock.time() + DAY);
                assert!(round > 0 || confirmation == if asked { Confirmation::Asked } else { later }, "{confirmation:?}");
            }
        }
        assert_eq!(sent, 1);
        clock.advance(DAY);
        assert!(add_and_remove(&other, stranger).await.0);
        // A workspace asks for twenty a day, all to different people; then it waits.
        clock.advance(DAY);
        let mut asked = 0;
        for n in 0..30 {
            asked += u32::from(add_and_remove(&other, &format!("person{n}@elsewhere.example")).await.0);
        }
        assert_eq!(asked, 20);
        assert!(add_and_remove(&organisation.ctx, "mine@contoso.com").await.0, "another workspace does not wait");
    }

    async fn before_the_answer_of_its_owner_an_address_gets_the_question_only(database: TestDatabase) {
        let (store, clock, organisation) = alert_address_of(&database).await;
        let ctx = &organisation.ctx;
        store.notifications(ctx).add_alert_address("new@contoso.com").await.unwrap();
        set_state(&store, &organisation, DelegationState::Broken).await;
        let mut got = Vec::new();
        // The question is repeated after a failure, and after the death of its sender.
        for outcome in [Some(Outcome::Failed { answer: "451".into(), retry_after: None }), None, Some(Outcome::Delivered)] {
            clock.advance(6 * MINUTE);
            while let Some(delivery) = due(&store).await {
                let mail = email(&delivery).clone();
                if mail.to == IT {
                    store.settle_delivery(&delivery, &Outcome::Delivered).await.unwrap();
                    continue;
                }
                if let Some(outcome) = &outcome {
                    store.settle_delivery(&delivery, outcome).await.unwrap();
                }
                got.push(mail);
            }
        }
        let contents: Vec<_> = got.iter().map(|mail| mail.contents.as_slice()).collect();
        assert_eq!(contents, [[AlertContent::Confirm], [AlertContent::Confirm], [AlertContent::Confirm]]);
        assert_eq!(store.confirm_alerts(got[0].stop_token.expose_secret()).await.unwrap(), "new@contoso.com");
        set_state(&store, &organisation, DelegationState::Active).await;
        let mut told = Vec::new();
        while let Some(delivery) = due(&store).await {
            store.settle_delivery(&delivery, &Outcome::Delivered).await.unwrap();
            told.push(email(&delivery).to.clone());
        }
        told.sort();
        assert_eq!(told, [IT, "new@contoso.com"]);
        // One that nobody confirms is removed after a week.
        store.notifications(ctx).add_alert_address("never@contoso.com").await.unwrap();
        clock.advance(7 * DAY);
        assert_eq!(store.prune_unconfirmed().await.unwrap(), 0);
        clock.advance(1);
        assert_eq!(store.prune_unconfirmed().await.unwrap(), 1);
        assert_eq!(store.notifications(ctx).alert_addresses().await.unwrap().len(), 2);
    }

    async fn an_expiring_credential_is_reported_once_for_each_warning(database: TestDatabase) {
        let (store, clock, organisation) = alert_address_of(&database).await;
        let Organisation { ctx, delegation, .. } = &organisation;
        let new = NewRun { delegation: *delegation, kind: RunKind::Sync, rows: &[], key: None };
        store.runs(ctx).accept_run(&new).await.unwrap();
        let lease = claim(&store).await;
        let warn = async |days, warning| {
            let ending = ExpiringCredential { name: "certificate first".into(), days, warning };
            store.leased(&lease).notify_of_credential(&ending).await.unwrap();
        };
        let expected = |days| [AlertContent::Credential { name: "certificate first".into(), days }];
        warn(28, 30).await;
        assert_eq!(send(&store).await, expected(28));
        warn(20, 30).await;
        assert!(nothing_is_due(&store).await);
        warn(14, 14).await;
        clock.advance(HOUR);
        assert_eq!(send(&store).await, expected(13));
    }
}
