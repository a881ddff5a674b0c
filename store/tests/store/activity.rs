//! Pages of the audit log: newest first, filtered, of one workspace only.

use domain::activity::{ActivityQuery, Topic};

use store_testing::{
    clock::TestClock,
    on_both_databases,
    organisation::{connectable, organisation, rows, start_and_cancel},
};

const DAY: i64 = 24 * 60 * 60 * 1_000;

on_both_databases! {
    async fn entries_are_newest_first_in_pages_and_can_be_filtered(database: TestDatabase) {
        let clock = TestClock::default();
        let store = database.store_at(clock.sources()).await;
        let organisation = organisation(&store, Some(10), 3).await;
        let (ctx, all) = (&organisation.ctx, connectable(&store, &organisation).await);
        clock.advance(2 * DAY);
        let since = store.now();
        for _ in 0..5 {
            start_and_cancel(&store, &organisation, &all).await;
        }
        let whole = store.activity(ctx).page(&ActivityQuery::default(), 100).await.unwrap();
        let actions: Vec<&str> = whole.entries.iter().map(|entry| entry.what.as_str()).collect();
        assert_eq!(&actions[..5], ["run.connect"; 5]);
        assert_eq!(whole.entries[0].mailboxes, Some(3));
        assert!(actions.ends_with(&["run.sync", "consent.granted", "api_client.added"]), "{actions:?}");
        assert_eq!((whole.people.as_slice(), whole.next), (&["Olga Owner".to_owned()][..], None));

        let (mut query, mut paged) = (ActivityQuery::default(), Vec::new());
        loop {
            let page = store.activity(ctx).page(&query, 3).await.unwrap();
            paged.extend(page.entries);
            query.before = page.next;
            if query.before.is_none() {
                break;
            }
        }
        assert_eq!(paged, whole.entries);

        let count = async |query: ActivityQuery| store.activity(ctx).page(&query, 100).await.unwrap().entries.len();
        let any = ActivityQuery::default;
        assert_eq!(count(ActivityQuery { topic: Some(Topic::Runs), ..any() }).await, 6);
        assert_eq!(count(ActivityQuery { topic: Some(Topic::Approval), ..any() }).await, 2);
        assert_eq!(count(ActivityQuery { who: Some("Nobody".into()), ..any() }).await, 0);
        let day = time::OffsetDateTime::from_unix_timestamp(since / 1_000).unwrap().date().to_string();
        assert_eq!(count(ActivityQuery { from: Some(day.clone()), to: Some(day), ..any() }).await, 5);
        assert_eq!(count(ActivityQuery { to: Some("1999-12-31".into()), ..any() }).await, 0);
    }

    async fn days_are_those_of_the_reader(database: TestDatabase) {
        let clock = TestClock::default();
        let store = database.store_at(clock.sources()).await;
        let organisation = organisation(&store, Some(10), 3).await;
        let all = connectable(&store, &organisation).await;
        // 23:30 UTC, which is 12:30 of the next day in Auckland and 16:30 in San Francisco.
        let in_day = |at: i64| at.rem_euclid(DAY);
        clock.advance(DAY + (DAY - in_day(store.now())) + DAY - 30 * 60 * 1_000);
        start_and_cancel(&store, &organisation, &all[..1]).await;
        let date = |ahead: i32| {
            let at = store.now() / 1_000 + i64::from(ahead) * 60;
            time::OffsetDateTime::from_unix_timestamp(at).unwrap().date().to_string()
        };
        let found = async |day: String, ahead: i32| {
            let (from, to) = (Some(day.clone()), Some(day));
            let query = ActivityQuery { from, to, from_offset: ahead, to_offset: ahead, ..ActivityQuery::default() };
            store.activity(&organisation.ctx).page(&query, 100).await.unwrap().entries.len()
        };
        for ahead in [0, 780, -420] {
            assert_eq!(found(date(ahead), ahead).await, 1, "{ahead}");
        }
        assert_ne!(date(780), date(0));
        assert_eq!(found(date(780), 0).await, 0);
        assert_eq!(found(date(0), 780).await, 0);
    }

    async fn an_entry_about_one_mailbox_names_it(database: TestDatabase) {
        let store = database.store().await;
        let organisation = organisation(&store, Some(10), 3).await;
        let all = connectable(&store, &organisation).await;
        start_and_cancel(&store, &organisation, &all[..1]).await;
        start_and_cancel(&store, &organisation, &all).await;
        let page = store.activity(&organisation.ctx).page(&ActivityQuery::default(), 100).await.unwrap();
        let started = page.entries.into_iter().filter(|entry| entry.what == "run.connect");
        let named: Vec<_> = started.map(|entry| (entry.mailboxes, entry.mailbox)).collect();
        let name = rows(&store, &organisation, &all[..1]).await[0].name.clone();
        assert_eq!(named, [(Some(3), None), (Some(1), Some(name))]);
    }

    async fn entries_of_another_workspace_are_not_visible(database: TestDatabase) {
        let store = database.store().await;
        let (mine, theirs) = (organisation(&store, Some(1), 1).await, organisation(&store, Some(1), 1).await);
        let all = ActivityQuery::default();
        let (a, b) = (store.activity(&mine.ctx).page(&all, 100).await.unwrap(), store.activity(&theirs.ctx).page(&all, 100).await.unwrap());
        assert!(a.entries.iter().all(|entry| !b.entries.contains(entry)));
    }
}
