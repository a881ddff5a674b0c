//! Links for an administrator: single purpose, until used, taken back or too old.

use domain::consent::AttemptState;
use server::store::{NewAttempt, Store, StoreError, WorkspaceCtx};

use crate::support::{clock::TestClock, on_both_databases, organisation::workspace};

const TENANT: &str = "aaaabbbb-0000-cccc-1111-dddd2222eeee";
const HOUR: i64 = 60 * 60 * 1_000;

async fn invited(store: &Store, ctx: &WorkspaceCtx) -> NewAttempt {
    let client = match store.api_clients(ctx).await.unwrap().first() {
        Some(client) => client.id,
        None => store.add_api_client(ctx, "c", &["Mail.Send"]).await.unwrap().id,
    };
    store.invite(ctx, client).await.unwrap()
}

async fn is_dead(store: &Store, link: &str) -> bool {
    let page = store.invitation(link).await;
    let start = store.begin_sign_in(link).await;
    matches!(page, Err(StoreError::NotFound)) && matches!(start, Err(StoreError::NotFound))
}

on_both_databases! {
    async fn a_link_says_who_asks_and_is_dead_after_the_approval(database: TestDatabase) {
        let store = database.store().await;
        let (_, ctx) = workspace(&store, Some(1)).await;
        let NewAttempt { link, view } = invited(&store, &ctx).await;
        let page = store.invitation(&link).await.unwrap();
        assert_eq!((page.by.as_str(), page.workspace.as_str()), ("Olga Owner", "Contoso"));
        // Looking uses nothing up, and another account may be tried until one has approved.
        let step = store.begin_sign_in(&link).await.unwrap();
        store.keep_sign_in(&step, "s1", "n", "v").await.unwrap();
        store.refuse_attempt(&store.take_state("s1").await.unwrap(), domain::Reason::NotAdmin, None).await.unwrap();
        let step = store.begin_sign_in(&link).await.unwrap();
        store.prove_tenant(&step, TENANT, "oid", "ada@contoso.com", "s2").await.unwrap();
        let step = store.take_state("s2").await.unwrap();
        store.grant_attempt(&step, TENANT).await.unwrap();
        assert_eq!(store.attempt(&ctx, view.id).await.unwrap().state, AttemptState::Granted);
        assert!(is_dead(&store, &link).await);
        assert!(matches!(store.grant_attempt(&step, TENANT).await, Err(StoreError::NotFound)));
        assert!(matches!(store.revoke_invitation(&ctx, view.id).await, Err(StoreError::NotFound)));
        assert_eq!(store.open_invitation(&ctx).await.unwrap(), None);
    }

    async fn a_link_lives_for_three_days_refused_or_not(database: TestDatabase) {
        let clock = TestClock::default();
        let store = database.store_at(clock.sources()).await;
        let (_, ctx) = workspace(&store, Some(1)).await;
        let NewAttempt { link, .. } = invited(&store, &ctx).await;
        clock.put_forward(71 * HOUR);
        let step = store.begin_sign_in(&link).await.unwrap();
        store.refuse_attempt(&step, domain::Reason::ConsentDeclined, None).await.unwrap();
        clock.put_forward(2 * HOUR);
        assert!(is_dead(&store, &link).await);
        // What was begun in time does not end after it.
        assert!(matches!(store.grant_attempt(&step, TENANT).await, Err(StoreError::NotFound)));
        assert_eq!(store.open_invitation(&ctx).await.unwrap(), None);
    }

    async fn a_link_that_was_taken_back_is_dead_also_in_the_middle(database: TestDatabase) {
        let store = database.store().await;
        let (_, ctx) = workspace(&store, Some(1)).await;
        let NewAttempt { link, view } = invited(&store, &ctx).await;
        let step = store.begin_sign_in(&link).await.unwrap();
        store.prove_tenant(&step, TENANT, "oid", "ada@contoso.com", "s").await.unwrap();
        let on_microsofts_page = store.take_state("s").await.unwrap();
        let (_, stranger) = workspace(&store, Some(1)).await;
        assert!(matches!(store.revoke_invitation(&stranger, view.id).await, Err(StoreError::NotFound)));
        store.revoke_invitation(&ctx, view.id).await.unwrap();
        assert!(is_dead(&store, &link).await);
        assert!(matches!(store.grant_attempt(&on_microsofts_page, TENANT).await, Err(StoreError::NotFound)));
        let refused = store.refuse_attempt(&on_microsofts_page, domain::Reason::NotAdmin, None).await;
        assert!(matches!(refused, Err(StoreError::NotFound)));
        assert!(matches!(store.revoke_invitation(&ctx, view.id).await, Err(StoreError::NotFound)));
        assert!(store.delegation_of_tenant(&ctx, TENANT).await.unwrap().is_none());
    }

    async fn one_link_is_out_at_a_time_and_an_ordinary_one_is_no_invitation(database: TestDatabase) {
        let store = database.store().await;
        let (_, ctx) = workspace(&store, Some(1)).await;
        let first = invited(&store, &ctx).await;
        let second = invited(&store, &ctx).await;
        assert!(is_dead(&store, &first.link).await);
        assert_eq!(store.open_invitation(&ctx).await.unwrap().map(|a| a.id), Some(second.view.id));
        let client = store.api_clients(&ctx).await.unwrap()[0].id;
        let ordinary = store.start_attempt(&ctx, client).await.unwrap();
        assert!(matches!(store.invitation(&ordinary.link).await, Err(StoreError::NotFound)));
        assert!(matches!(store.revoke_invitation(&ctx, ordinary.view.id).await, Err(StoreError::NotFound)));
        assert!(store.begin_sign_in(&ordinary.link).await.is_ok());
    }
}
