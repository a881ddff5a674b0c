//! Links for an administrator: they work until they are used, revoked or expired.

use domain::consent::AttemptState;
use store::{Browser, NewAttempt, Store, StoreError, WorkspaceCtx};

use store_testing::{
    clock::TestClock,
    on_both_databases,
    organisation::{BROWSER, consented, workspace},
};

const TENANT: &str = "aaaabbbb-0000-cccc-1111-dddd2222eeee";
const HOUR: i64 = 60 * 60 * 1_000;

async fn invited(store: &Store, ctx: &WorkspaceCtx) -> NewAttempt {
    let client = match store.consent(ctx).api_clients().await.unwrap().first() {
        Some(client) => client.id,
        None => store.consent(ctx).add_api_client("c", &["Mail.Send"]).await.unwrap().id,
    };
    store.consent(ctx).invite(client).await.unwrap()
}

async fn no_longer_works(store: &Store, link: &str) -> bool {
    let page = store.approval_request(link).await;
    let start = store.begin_sign_in(link).await;
    matches!(page, Err(StoreError::NotFound)) && matches!(start, Err(StoreError::NotFound))
}

on_both_databases! {
    async fn a_link_names_its_creator_and_stops_working_after_the_approval(database: TestDatabase) {
        let store = database.store().await;
        let (_, ctx) = workspace(&store, Some(1)).await;
        let NewAttempt { link, view } = invited(&store, &ctx).await;
        let page = store.approval_request(&link).await.unwrap();
        assert_eq!((page.by.as_str(), page.workspace.as_str()), ("Olga Owner", "Contoso"));
        // Reading does not use the link up, and other accounts may be tried until one has approved.
        let step = store.begin_sign_in(&link).await.unwrap();
        store.store_sign_in(&step, BROWSER, "s1", "n", "v").await.unwrap();
        store.refuse_attempt(&store.take_state("s1", BROWSER).await.unwrap(), domain::Reason::NotAdmin, None).await.unwrap();
        let step = store.begin_sign_in(&link).await.unwrap();
        // Not before Microsoft has confirmed it.
        assert!(matches!(store.grant_attempt(&step, TENANT).await, Err(StoreError::NotFound)));
        let step = consented(&store, &step, TENANT).await;
        assert_eq!(store.approved_request(view.id, BROWSER).await.unwrap().signed_in_as.as_deref(), Some("ada@contoso.com"));
        assert!(matches!(store.approved_request(view.id, Browser("another")).await, Err(StoreError::NotFound)));
        store.grant_attempt(&step, TENANT).await.unwrap();
        assert_eq!(store.consent(&ctx).attempt(view.id).await.unwrap().state, AttemptState::Granted);
        assert!(no_longer_works(&store, &link).await);
        assert!(matches!(store.grant_attempt(&step, TENANT).await, Err(StoreError::NotFound)));
        assert!(matches!(store.consent(&ctx).revoke_invitation(view.id).await, Err(StoreError::NotFound)));
        assert_eq!(store.consent(&ctx).open_invitation().await.unwrap(), None);
    }

    async fn a_link_works_for_three_days_even_if_an_attempt_was_refused(database: TestDatabase) {
        let clock = TestClock::default();
        let store = database.store_at(clock.sources()).await;
        let (_, ctx) = workspace(&store, Some(1)).await;
        let NewAttempt { link, .. } = invited(&store, &ctx).await;
        clock.advance(71 * HOUR);
        let step = store.begin_sign_in(&link).await.unwrap();
        store.refuse_attempt(&step, domain::Reason::ConsentDeclined, None).await.unwrap();
        clock.advance(2 * HOUR);
        assert!(no_longer_works(&store, &link).await);
        // A sign-in that began in time cannot be completed after the expiry.
        assert!(matches!(store.grant_attempt(&step, TENANT).await, Err(StoreError::NotFound)));
        assert_eq!(store.consent(&ctx).open_invitation().await.unwrap(), None);
    }

    async fn a_revoked_link_stops_working_even_during_a_sign_in(database: TestDatabase) {
        let store = database.store().await;
        let (_, ctx) = workspace(&store, Some(1)).await;
        let NewAttempt { link, view } = invited(&store, &ctx).await;
        let step = store.begin_sign_in(&link).await.unwrap();
        let on_microsofts_page = consented(&store, &step, TENANT).await;
        let (_, stranger) = workspace(&store, Some(1)).await;
        assert!(matches!(store.consent(&stranger).revoke_invitation(view.id).await, Err(StoreError::NotFound)));
        store.consent(&ctx).revoke_invitation(view.id).await.unwrap();
        assert!(no_longer_works(&store, &link).await);
        assert!(matches!(store.grant_attempt(&on_microsofts_page, TENANT).await, Err(StoreError::NotFound)));
        let refused = store.refuse_attempt(&on_microsofts_page, domain::Reason::NotAdmin, None).await;
        assert!(matches!(refused, Err(StoreError::NotFound)));
        assert!(matches!(store.consent(&ctx).revoke_invitation(view.id).await, Err(StoreError::NotFound)));
        assert!(store.delegations(&ctx).delegation_of_tenant(TENANT).await.unwrap().is_none());
    }

    async fn only_the_newest_link_works_and_an_ordinary_attempt_is_no_invitation(database: TestDatabase) {
        let store = database.store().await;
        let (_, ctx) = workspace(&store, Some(1)).await;
        let first = invited(&store, &ctx).await;
        let second = invited(&store, &ctx).await;
        assert!(no_longer_works(&store, &first.link).await);
        assert_eq!(store.consent(&ctx).open_invitation().await.unwrap().map(|a| a.id), Some(second.view.id));
        let client = store.consent(&ctx).api_clients().await.unwrap()[0].id;
        let ordinary = store.consent(&ctx).start_attempt(client).await.unwrap();
        assert!(!store.approval_request(&ordinary.link).await.unwrap().invited);
        assert!(matches!(store.consent(&ctx).revoke_invitation(ordinary.view.id).await, Err(StoreError::NotFound)));
        assert!(store.begin_sign_in(&ordinary.link).await.is_ok());
    }
}
