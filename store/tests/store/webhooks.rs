//! Webhook messages: content, order, retries, and when they are given up.

use std::collections::BTreeMap;

use domain::{
    delegation::DelegationState,
    ids::{Millis, WebhookId},
    run::RunKind,
    schedule::{DAY, HOUR, MINUTE},
};
use serde_json::Value;
use store::{
    Delivery, DeliveryContent, Destinations, Outcome, Store, StoreError, Topic, Urgency, Verdict,
    WebhookMessage,
};

use store_testing::{
    clock::StoppedClock,
    database::TestDatabase,
    on_both_databases,
    organisation::{Organisation, connectable, entry, organisation, plan, sync},
};

const URL: &str = "https://hooks.example.com/warmy";

fn refused() -> Outcome {
    Outcome::Failed { answer: "503 Service Unavailable".into(), retry_after: None }
}

/// A store with a stopped clock, and an organisation with a webhook that subscribes to these topics.
async fn hooked(database: &TestDatabase, topics: &[Topic]) -> (Store, StoppedClock, Organisation, WebhookId) {
    let clock = StoppedClock::now();
    let store = database.store_at(clock.sources()).await;
    let organisation = organisation(&store, Some(10), 6).await;
    let hook = store.new_webhook(organisation.workspace, URL, topics).await.unwrap().webhook.id;
    (store, clock, organisation, hook)
}

/// The next webhook delivery, claimed for one process.
async fn due(store: &Store) -> Option<Delivery> {
    store.next_delivery("test", Destinations { webhooks: true, email: false }).await.unwrap()
}

fn message(delivery: &Delivery) -> &WebhookMessage {
    match &delivery.content {
        DeliveryContent::Webhook(message) => message,
        DeliveryContent::Email(_) => unreachable!("only webhooks are requested"),
    }
}

async fn next(store: &Store) -> Delivery {
    due(store).await.expect("a message that is due")
}

async fn nothing_is_due(store: &Store) -> bool {
    due(store).await.is_none()
}

fn payload(delivery: &Delivery) -> Value {
    serde_json::from_str(&message(delivery).payload).unwrap()
}

/// Delivers all due messages. Returns topic and data of each.
async fn deliver_all(store: &Store) -> Vec<(String, Value)> {
    let mut all = Vec::new();
    while let Some(delivery) = due(store).await {
        let mut payload = payload(&delivery);
        all.push((payload["type"].as_str().unwrap().to_owned(), payload["data"].take()));
        store.settle_delivery(&delivery, &Outcome::Delivered).await.unwrap();
    }
    all
}

async fn test(store: &Store, organisation: &Organisation, hook: WebhookId) {
    store.test_webhook(organisation.workspace, hook).await.unwrap();
}

on_both_databases! {
    async fn messages_report_events_without_names_and_addresses(database: TestDatabase) {
        let (store, clock, organisation, _) = hooked(&database, &[]).await;
        let Organisation { ctx, delegation, .. } = &organisation;
        assert_eq!(deliver_all(&store).await, []);
        // Eight of ten slots are taken, and then all of them.
        store.push_slots(organisation.workspace, &plan(10, 4, 1)).await.unwrap();
        let rows = connectable(&store, &organisation).await;
        let new = store::NewRun { delegation: *delegation, kind: RunKind::Connect, rows: &rows[..4], key: None };
        store.runs(ctx).accept_run(&new).await.unwrap();
        store.push_slots(organisation.workspace, &plan(10, 6, 2)).await.unwrap();
        let lease = store.claim_run("test", Urgency::Any).await.unwrap().unwrap();
        let broken = |state| Verdict { state, reason: None, checklist: None, organisation: None, service_principal: None };
        for state in [DelegationState::Broken, DelegationState::Broken, DelegationState::Active] {
            store.leased(&lease).record_verdict(&broken(state)).await.unwrap();
        }
        store.leased(&lease).finish_run(true).await.unwrap().unwrap();
        clock.advance(HOUR);
        sync(&store, ctx, *delegation, &(1..=7).map(entry).collect::<Vec<_>>()).await;
        let all = deliver_all(&store).await;
        let topics: Vec<&str> = all.iter().map(|(topic, _)| topic.as_str()).collect();
        let expected = ["slots.low", "slots.full", "organisation.broken", "organisation.recovered", "run.ended", "directory.changed"];
        assert_eq!(topics, expected);
        assert_eq!((all[0].1["taken"].as_u64(), all[1].1["taken"].as_u64()), (Some(8), Some(10)));
        assert_eq!(all[4].1["counts"]["cancelled"].as_u64(), Some(4));
        assert_eq!(all[5].1["new"].as_u64(), Some(1));
        let text = format!("{all:?}");
        let known = store.mailboxes(ctx).rows(*delegation, &rows).await.unwrap();
        assert!(known.iter().all(|row| !text.contains(&row.name) && !text.contains(&row.address)), "{text}");
    }

    async fn only_subscribed_topics_are_sent_in_order_one_at_a_time(database: TestDatabase) {
        let (store, _, organisation, hook) = hooked(&database, &[Topic::SlotsFull, Topic::Test]).await;
        for n in 0..3 {
            test(&store, &organisation, hook).await;
            store.push_slots(organisation.workspace, &plan(10, 8, 2 * n + 1)).await.unwrap();
            store.push_slots(organisation.workspace, &plan(10, 2, 2 * n + 2)).await.unwrap();
        }
        let first = next(&store).await;
        // It is leased: no process sends another message to this webhook meanwhile.
        assert!(nothing_is_due(&store).await);
        let mut seen = vec![payload(&first)["sequence"].as_u64().unwrap()];
        store.settle_delivery(&first, &Outcome::Delivered).await.unwrap();
        while let Some(delivery) = due(&store).await {
            assert_eq!(payload(&delivery)["type"], "webhook.test");
            seen.push(payload(&delivery)["sequence"].as_u64().unwrap());
            store.settle_delivery(&delivery, &Outcome::Delivered).await.unwrap();
        }
        assert_eq!(seen, [1, 2, 3]);
    }

    async fn a_failed_message_is_retried_for_a_day_and_later_ones_wait(database: TestDatabase) {
        let (store, clock, organisation, hook) = hooked(&database, &[]).await;
        test(&store, &organisation, hook).await;
        test(&store, &organisation, hook).await;
        let (start, mut tries) = (clock.time(), BTreeMap::<_, Vec<Millis>>::new());
        while clock.time() < start + 3 * DAY {
            if let Some(delivery) = due(&store).await {
                tries.entry(payload(&delivery)["sequence"].as_u64().unwrap()).or_default().push(clock.time() - start);
                store.settle_delivery(&delivery, &refused()).await.unwrap();
            }
            // The second try comes after five seconds, the others after minutes and hours.
            clock.advance(if tries.values().flatten().count() == 1 { 5_000 } else { 5 * MINUTE });
        }
        let first = &tries[&1];
        assert_eq!(first.len(), 8, "{tries:?}");
        assert!((23 * HOUR..=25 * HOUR).contains(first.last().unwrap()), "{tries:?}");
        assert!(tries[&2][0] > *first.last().unwrap(), "{tries:?}");
        let messages = store.webhook_messages(organisation.workspace, hook).await.unwrap();
        assert!(messages.iter().all(|message| message.state == "failed"), "{messages:?}");
        assert_eq!(messages[0].answer.as_deref(), Some("503 Service Unavailable"));
    }

    async fn a_receiver_can_request_the_time_of_the_next_try(database: TestDatabase) {
        let (store, clock, organisation, hook) = hooked(&database, &[]).await;
        test(&store, &organisation, hook).await;
        let busy = Outcome::Failed { answer: "429".into(), retry_after: Some(10 * MINUTE) };
        store.settle_delivery(&next(&store).await, &busy).await.unwrap();
        clock.advance(10 * MINUTE - 1);
        assert!(nothing_is_due(&store).await);
        clock.advance(1);
        store.settle_delivery(&next(&store).await, &Outcome::Delivered).await.unwrap();
        assert!(nothing_is_due(&store).await);
    }

    async fn a_webhook_is_switched_off_after_five_days_of_failures_and_loses_no_message(database: TestDatabase) {
        let (store, clock, organisation, hook) = hooked(&database, &[]).await;
        let view = async || store.webhooks(organisation.workspace).await.unwrap().remove(0);
        for _ in 0..7 {
            test(&store, &organisation, hook).await;
        }
        let start = clock.time();
        while view().await.disabled_at.is_none() {
            assert!(clock.time() < start + 6 * DAY, "{:?}", view().await);
            if let Some(delivery) = due(&store).await {
                store.settle_delivery(&delivery, &refused()).await.unwrap();
            }
            clock.advance(30 * MINUTE);
        }
        let off = view().await;
        assert!((off.disabled_at.unwrap() - start) >= 5 * DAY, "{off:?}");
        assert_eq!(off.disabled_why.as_deref(), Some("nothing arrived for five days"));
        clock.advance(DAY);
        test(&store, &organisation, hook).await;
        assert!(nothing_is_due(&store).await, "the webhook is switched off");
        // After it is switched on, pending messages are sent, and failed ones can be sent again.
        let waiting = view().await.waiting;
        assert!(waiting > 0);
        store.enable_webhook(organisation.workspace, hook).await.unwrap();
        assert_eq!(u64::try_from(deliver_all(&store).await.len()).unwrap(), waiting);
        let messages = store.webhook_messages(organisation.workspace, hook).await.unwrap();
        let given_up = messages.iter().find(|message| message.state == "failed").unwrap();
        store.replay(organisation.workspace, hook, given_up.id).await.unwrap();
        assert_eq!(message(&next(&store).await).id, given_up.id);
    }

    async fn a_receiver_that_answers_410_is_switched_off_at_once(database: TestDatabase) {
        let (store, _, organisation, hook) = hooked(&database, &[]).await;
        test(&store, &organisation, hook).await;
        test(&store, &organisation, hook).await;
        store.settle_delivery(&next(&store).await, &Outcome::Gone).await.unwrap();
        assert!(nothing_is_due(&store).await);
        assert!(store.webhooks(organisation.workspace).await.unwrap()[0].disabled_why.as_deref().unwrap().contains("410"));
    }

    async fn a_message_of_a_process_that_died_is_sent_again_after_a_minute(database: TestDatabase) {
        let (store, clock, organisation, hook) = hooked(&database, &[]).await;
        test(&store, &organisation, hook).await;
        let lost = next(&store).await;
        assert!(nothing_is_due(&store).await);
        clock.advance(MINUTE);
        assert_eq!(message(&next(&store).await).id, message(&lost).id);
    }

    async fn both_secrets_sign_for_a_day(database: TestDatabase) {
        let (store, clock, organisation, hook) = hooked(&database, &[]).await;
        let secret = store.rotate_webhook(organisation.workspace, hook).await.unwrap();
        assert!(secret.starts_with("whsec_"));
        test(&store, &organisation, hook).await;
        let delivery = next(&store).await;
        assert_eq!(message(&delivery).secrets.len(), 2);
        store.settle_delivery(&delivery, &refused()).await.unwrap();
        clock.advance(DAY);
        assert_eq!(message(&next(&store).await).secrets.len(), 1);
    }

    async fn a_webhook_belongs_to_one_workspace(database: TestDatabase) {
        let (store, _, mine, hook) = hooked(&database, &[]).await;
        let theirs = organisation(&store, Some(10), 1).await.workspace;
        let message = store.test_webhook(mine.workspace, hook).await.unwrap();
        assert!(store.webhooks(theirs).await.unwrap().is_empty());
        for outcome in [
            store.enable_webhook(theirs, hook).await,
            store.remove_webhook(theirs, hook).await,
            store.replay(theirs, hook, message).await,
            store.test_webhook(theirs, hook).await.map(drop),
            store.rotate_webhook(theirs, hook).await.map(drop),
            store.webhook_messages(theirs, hook).await.map(drop),
        ] {
            assert!(matches!(outcome, Err(StoreError::NotFound)), "{outcome:?}");
        }
        store.remove_webhook(mine.workspace, hook).await.unwrap();
        assert!(nothing_is_due(&store).await);
    }
}
