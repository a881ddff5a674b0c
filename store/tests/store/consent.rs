//! Consent attempts: single use, bound to their workspace, one workspace per tenant.

use domain::delegation::DelegationState;
use store::{Browser, StoreError};

use store_testing::{
    on_both_databases,
    organisation::{BROWSER, arrival, authorised, consented, workspace},
};

const TENANT: &str = "aaaabbbb-0000-cccc-1111-dddd2222eeee";

on_both_databases! {
    async fn a_state_can_be_used_once(database: TestDatabase) {
        let store = database.store().await;
        let (_, ctx) = workspace(&store, Some(1)).await;
        let client = store.consent(&ctx).add_api_client("c", &["Mail.Send"]).await.unwrap();
        let attempt = store.consent(&ctx).start_attempt(client.id).await.unwrap();
        let step = store.begin_sign_in(&attempt.link).await.unwrap();
        store.store_sign_in(&step, BROWSER, "state", "nonce", "verifier").await.unwrap();
        let (a, b) = tokio::join!(store.take_state("state", BROWSER), store.take_state("state", BROWSER));
        assert_eq!(u8::from(a.is_ok()) + u8::from(b.is_ok()), 1);
        assert!(matches!(store.take_state("state", BROWSER).await, Err(StoreError::NotFound)));
        assert!(matches!(store.take_state("another", BROWSER).await, Err(StoreError::NotFound)));
    }

    async fn a_state_of_another_browser_is_refused_and_used_up(database: TestDatabase) {
        let store = database.store().await;
        let (_, ctx) = workspace(&store, Some(1)).await;
        let client = store.consent(&ctx).add_api_client("c", &["Mail.Send"]).await.unwrap();
        let attempt = store.consent(&ctx).start_attempt(client.id).await.unwrap();
        let step = store.begin_sign_in(&attempt.link).await.unwrap();
        store.store_sign_in(&step, BROWSER, "state", "nonce", "verifier").await.unwrap();
        for stranger in ["another", ""] {
            assert!(matches!(store.take_state("state", Browser(stranger)).await, Err(StoreError::NotFound)));
            assert!(matches!(store.begin_again(attempt.view.id, Browser(stranger)).await, Err(StoreError::NotFound)));
        }
        assert!(matches!(store.take_state("state", BROWSER).await, Err(StoreError::NotFound)));
        assert!(store.begin_again(attempt.view.id, BROWSER).await.is_ok());
    }

    async fn a_tenant_belongs_to_one_workspace(database: TestDatabase) {
        let store = database.store().await;
        let (_, mine) = workspace(&store, Some(1)).await;
        let delegation = authorised(&store, &mine, TENANT).await;
        assert_eq!(store.delegations(&mine).delegation(delegation).await.unwrap().view.state, DelegationState::Authorized);
        let (_, theirs) = workspace(&store, Some(1)).await;
        let client = store.consent(&theirs).add_api_client("c", &["Mail.Send"]).await.unwrap();
        let attempt = store.consent(&theirs).start_attempt(client.id).await.unwrap();
        let step = store.begin_sign_in(&attempt.link).await.unwrap();
        let step = consented(&store, &step, TENANT).await;
        assert!(matches!(store.grant_attempt(&step, TENANT).await, Err(StoreError::LinkedElsewhere)));
        assert!(matches!(store.delegations(&theirs).delegation_of_tenant(TENANT).await, Err(StoreError::LinkedElsewhere)));
    }

    async fn a_one_time_link_signs_in_once(database: TestDatabase) {
        let store = database.store().await;
        let (workspace, owner) = store.create_workspace("W", "O", &[]).await.unwrap();
        let link = store.create_enter_link(workspace, owner).await.unwrap();
        let (a, b) = tokio::join!(store.enter(&link, arrival()), store.enter(&link, arrival()));
        assert_eq!(u8::from(a.is_ok()) + u8::from(b.is_ok()), 1);
        assert!(store.session("made up").await.unwrap().is_none());
    }
}
