//! Leases of deliveries: a sender that stalls loses its lease, and its late writes are refused.

use domain::ids::{Millis, WebhookId};
use sea_orm::{ConnectionTrait, Database};
use store::{Delivery, DeliveryContent, Destinations, Outcome, Store, StoreError};

use store_testing::{
    clock::StoppedClock,
    database::TestDatabase,
    on_both_databases,
    organisation::{Organisation, organisation},
};

/// Longer than the lease of either destination.
const STALL: Millis = 3 * 60 * 1_000;

/// A destination with queued deliveries.
struct Scene {
    store: Store,
    clock: StoppedClock,
    organisation: Organisation,
    accept: Destinations,
    hook: Option<WebhookId>,
}

impl Scene {
    async fn webhook(database: &TestDatabase) -> Self {
        let mut scene = Self::new(database, Destinations { webhooks: true, email: false }).await;
        let made = scene.store.new_webhook(scene.organisation.workspace, "https://hooks.example.com/", &[]);
        scene.hook = Some(made.await.unwrap().webhook.id);
        scene
    }

    async fn email(database: &TestDatabase) -> Self {
        Self::new(database, Destinations { webhooks: false, email: true }).await
    }

    async fn new(database: &TestDatabase, accept: Destinations) -> Self {
        let clock = StoppedClock::now();
        let store = database.store_at(clock.sources()).await;
        let organisation = organisation(&store, Some(10), 1).await;
        Self { store, clock, organisation, accept, hook: None }
    }

    /// Queues one more delivery.
    async fn queue(&self, nth: usize) {
        match self.hook {
            Some(hook) => {
                self.store.test_webhook(self.organisation.workspace, hook).await.unwrap();
            }
            None => {
                let address = format!("it{nth}@contoso.com");
                self.store.notifications(&self.organisation.ctx).add_alert_address(&address).await.unwrap();
            }
        }
    }

    async fn claim(&self, owner: &str) -> Option<Delivery> {
        self.store.next_delivery(owner, self.accept).await.unwrap()
    }

    async fn deliver(&self, delivery: &Delivery) -> Result<(), StoreError> {
        self.store.settle_delivery(delivery, &Outcome::Delivered).await
    }
}

fn is_fenced(outcome: &Result<(), StoreError>) -> bool {
    matches!(outcome, Err(StoreError::Fenced))
}

/// A claims a delivery and stalls beyond its lease, B takes over; A continues while B still sends.
async fn overtaken(scene: &Scene) {
    scene.queue(0).await;
    let stalled = scene.claim("a").await.expect("something is due");
    assert!(scene.claim("b").await.is_none(), "a lease is exclusive");
    scene.clock.advance(STALL);
    let successor = scene.claim("b").await.expect("the lease has expired");
    assert_eq!(stalled.id(), successor.id());
    let late = scene.deliver(&stalled).await;
    assert!(is_fenced(&late), "{late:?}");
    assert!(scene.claim("c").await.is_none(), "the stalled sender released the lease of its successor");
    scene.deliver(&successor).await.unwrap();
    let again = scene.deliver(&successor).await;
    assert!(is_fenced(&again), "a released lease proves nothing: {again:?}");
    assert!(scene.claim("c").await.is_none(), "it is delivered");
}

/// An expired lease is valid while no other process has claimed the destination.
async fn late_but_alone(scene: &Scene) {
    scene.queue(1).await;
    let late = scene.claim("a").await.expect("something is due");
    scene.clock.advance(STALL);
    scene.deliver(&late).await.unwrap();
    assert!(scene.claim("b").await.is_none(), "it is delivered");
}

/// A database error is an error, not a destination that was removed.
async fn database_errors(scene: &Scene, url: &str, table: &str) {
    scene.queue(2).await;
    let delivery = scene.claim("a").await.expect("something is due");
    let beside = Database::connect(url).await.unwrap();
    beside.execute_unprepared(&format!("ALTER TABLE {table} RENAME TO away")).await.unwrap();
    let failed = scene.deliver(&delivery).await;
    assert!(matches!(failed, Err(StoreError::Database(_))), "{failed:?}");
    beside.execute_unprepared(&format!("ALTER TABLE away RENAME TO {table}")).await.unwrap();
    scene.deliver(&delivery).await.unwrap();
    assert!(scene.claim("b").await.is_none(), "it is delivered");
}

on_both_databases! {
    async fn a_stalled_webhook_sender_is_fenced_out(database: TestDatabase) {
        let scene = Scene::webhook(&database).await;
        overtaken(&scene).await;
        late_but_alone(&scene).await;
        database_errors(&scene, &database.url, "webhook_message").await;
    }

    async fn a_stalled_email_sender_is_fenced_out(database: TestDatabase) {
        let scene = Scene::email(&database).await;
        overtaken(&scene).await;
        late_but_alone(&scene).await;
        database_errors(&scene, &database.url, "alert").await;
    }

    async fn webhook_messages_arrive_in_order_whichever_sender_stalls(database: TestDatabase) {
        let scene = Scene::webhook(&database).await;
        let mut arrived = Vec::new();
        let mut stalled: Vec<Delivery> = Vec::new();
        for n in 0..12 {
            scene.queue(n).await;
            let owner = if n % 2 == 0 { "a" } else { "b" };
            let delivery = scene.claim(owner).await.expect("something is due");
            let DeliveryContent::Webhook(message) = &delivery.content else { unreachable!("webhooks only") };
            let payload: serde_json::Value = serde_json::from_str(&message.payload).unwrap();
            arrived.push(payload["sequence"].as_u64().unwrap());
            if n % 3 == 0 {
                scene.clock.advance(STALL);
                stalled.push(delivery);
                continue;
            }
            for late in stalled.drain(..) {
                assert!(is_fenced(&scene.deliver(&late).await));
            }
            scene.deliver(&delivery).await.unwrap();
        }
        let mut first_times = arrived.clone();
        first_times.dedup();
        assert!(first_times.is_sorted(), "{arrived:?}");
        assert_eq!(arrived.len() - first_times.len(), 4, "each stall repeats one message: {arrived:?}");
    }
}
