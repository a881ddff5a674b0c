//! Search and filters of the list, and mailboxes of pasted addresses.

use domain::{
    Reason,
    addresses::Pasted,
    connection::Connection,
    ids::RowNumber,
    list::{Choice, Filter, ListQuery, Tab},
    purpose::Purpose,
    run::RunKind,
};
use store::{DirectoryEntry, Store};

use store_testing::{
    clock::TestClock,
    on_both_databases,
    organisation::{Organisation, complete_run, entry, organisation, rows, sync},
};

/// Six people of two domains and departments, with aliases; rows 1 to 6.
async fn people(store: &Store) -> Organisation {
    let organisation = organisation(store, Some(100), 0).await;
    let person =
        |n: u32, name: &str, address: &str, department: Option<&str>, aliases: &[&str]| DirectoryEntry {
            name: name.into(),
            address: address.into(),
            department: department.map(Into::into),
            aliases: aliases.iter().map(ToString::to_string).collect(),
            ..entry(n)
        };
    let mut people = vec![
        person(1, "Ada Lovelace", "ada@contoso.com", Some("Öffentlichkeit"), &["SMTP-Ada@Fabrikam.com"]),
        person(2, "Bob 100%", "bob_b@contoso.com", Some("Sales"), &["robert@contoso.com", "b@fabrikam.com"]),
        person(3, "Carla", "carla@fabrikam.com", Some("Sales"), &[]),
        person(4, "Dmitri", "dmitri@Fabrikam.com", None, &["dima@contoso.com", "dima@contoso.com", ""]),
        person(5, "Eva", "eva@contoso.com", Some("Sales"), &[]),
        person(6, "Far Away", "far@contoso.com", Some("Finance"), &[]),
    ];
    people[5].obstacle = Some(Reason::NoExchangeLicense);
    sync(store, &organisation.ctx, organisation.delegation, &people).await;
    organisation
}

async fn listed(store: &Store, organisation: &Organisation, pairs: &[(&str, &str)]) -> Vec<u32> {
    let query = ListQuery::from_pairs(pairs.iter().copied());
    let list_order =
        store.mailboxes(&organisation.ctx).list_order(organisation.delegation, &query).await.unwrap();
    list_order.order.into_iter().map(|row| row.0).collect()
}

on_both_databases! {
    async fn a_search_covers_name_address_aliases_and_department(database: TestDatabase) {
        let store = database.store().await;
        let people = people(&store).await;
        for (typed, expected) in [
            ("lovelace", vec![1]),
            ("ÖFFENT", vec![1]),
            ("smtp-ada@fabrikam", vec![1]),
            ("Robert", vec![2]),
            ("Eva <EVA@contoso.com>", vec![5]),
            ("mailto:eva@contoso.com", vec![5]),
            ("eva＠contoso.com\u{200b}", vec![5]),
            ("sales", vec![2, 3, 5]),
            ("fabrikam.com", vec![1, 2, 3, 4]),
            // The input is searched literally.
            ("100%", vec![2]),
            ("_b@", vec![2]),
            ("%", vec![2]),
            ("\\", vec![]),
            ("nobody", vec![]),
        ] {
            assert_eq!(listed(&store, &people, &[("tab", "all"), ("q", typed)]).await, expected, "{typed}");
        }
    }

    async fn names_are_found_and_sorted_by_their_plain_letters(database: TestDatabase) {
        let store = database.store().await;
        let organisation = organisation(&store, Some(100), 0).await;
        let names = ["Zoe", "Émile", "Eve", "Özgür", "İstanbul", "Lucía", "Pat O\u{2019}Brien", "Olga"];
        let people: Vec<DirectoryEntry> = (1..)
            .zip(names)
            .map(|(n, name)| DirectoryEntry { name: name.into(), department: Some(name.into()), ..entry(n) })
            .collect();
        sync(&store, &organisation.ctx, organisation.delegation, &people).await;
        let check = async || {
            for (typed, expected) in [
                ("emile", 2),
                ("ÉMILE", 2),
                ("E\u{301}mile", 2),
                ("ozgur", 4),
                ("istanbul", 5),
                ("ISTANBUL", 5),
                ("lucia", 6),
                ("o'brien", 7),
                ("o\u{2019}brien", 7),
            ] {
                assert_eq!(listed(&store, &organisation, &[("q", typed)]).await, [expected], "{typed}");
            }
            for sort in ["name", "department"] {
                assert_eq!(listed(&store, &organisation, &[("sort", sort)]).await, [2, 3, 5, 6, 8, 4, 7, 1], "{sort}");
            }
        };
        check().await;
        // As an earlier version wrote them.
        let on = sea_orm::Database::connect(&database.url).await.unwrap();
        let earlier = "UPDATE mailbox SET name_norm = lower(name), search_norm = lower(name), department_norm = NULL, folded = false";
        sea_orm::ConnectionTrait::execute_unprepared(&on, earlier).await.unwrap();
        assert_eq!(listed(&store, &organisation, &[("q", "ozgur")]).await, Vec::<u32>::new());
        assert_eq!(store.refold_mailboxes().await.unwrap(), 8);
        assert_eq!(store.refold_mailboxes().await.unwrap(), 0);
        check().await;
    }

    async fn lists_can_be_filtered_by_status_and_domain_and_offer_the_values_that_occur(database: TestDatabase) {
        let clock = TestClock::default();
        let store = database.store_at(clock.sources()).await;
        let people = people(&store).await;
        complete_run(&store, &clock, &people, RunKind::Connect, &[RowNumber(3), RowNumber(5)]).await;
        complete_run(&store, &clock, &people, RunKind::Disconnect, &[RowNumber(5)]).await;
        for (pairs, expected) in [
            (vec![("domain", "fabrikam.com")], vec![4]),
            (vec![("domain", "Fabrikam.com"), ("tab", "all")], vec![3, 4]),
            (vec![("status", "disconnected")], vec![5]),
            (vec![("status", "not_connected")], vec![1, 2, 4]),
            (vec![("status", "connected"), ("tab", "all"), ("department", "Sales")], vec![3]),
            (vec![("status", "cannot"), ("tab", "cannot")], vec![6]),
            (vec![("status", "excluded"), ("tab", "excluded")], vec![]),
            // The tab never lists this status, so the filter is ignored.
            (vec![("status", "failed"), ("tab", "connected")], vec![3]),
        ] {
            assert_eq!(listed(&store, &people, &pairs).await, expected, "{pairs:?}");
        }
        let all = ListQuery { tab: Tab::All, ..ListQuery::default() };
        let list_order = store.mailboxes(&people.ctx).list_order(people.delegation, &all).await.unwrap();
        let choices = |choices: &[Choice]| choices.iter().map(|c| (c.value.clone(), c.count)).collect::<Vec<_>>();
        let expected = |pairs: &[(&str, u32)]| pairs.iter().map(|(v, n)| ((*v).to_owned(), *n)).collect::<Vec<_>>();
        assert_eq!(choices(&list_order.domains), expected(&[("contoso.com", 4), ("fabrikam.com", 2)]));
        assert_eq!(choices(&list_order.departments), expected(&[("Finance", 1), ("Öffentlichkeit", 1), ("Sales", 3)]));
        assert!(Filter::ALL.iter().all(|filter| all.filter(*filter).is_none()));
    }

    async fn choices_of_the_filters_follow_the_directory(database: TestDatabase) {
        let store = database.store().await;
        let people = people(&store).await;
        let before = store.mailboxes(&people.ctx).list_order(people.delegation, &ListQuery::default()).await.unwrap();
        let moved = DirectoryEntry { department: Some("Legal".into()), address: "x@new.example".into(), ..entry(1) };
        // Most people are gone: only a second sync is believed.
        for _ in 0..2 {
            sync(&store, &people.ctx, people.delegation, std::slice::from_ref(&moved)).await;
        }
        let after = store.mailboxes(&people.ctx).list_order(people.delegation, &ListQuery::default()).await.unwrap();
        assert!(after.directory_rev > before.directory_rev);
        assert_eq!((after.departments, after.domains), (vec![Choice { value: "Legal".to_owned(), count: 1 }], vec![Choice { value: "new.example".to_owned(), count: 1 }]));
        assert_eq!(listed(&store, &people, &[("q", "legal")]).await, [1]);
        assert!(listed(&store, &people, &[("q", "lovelace")]).await.is_empty());
    }

    async fn a_new_alias_is_found_even_if_nothing_else_changed(database: TestDatabase) {
        let store = database.store().await;
        let organisation = organisation(&store, Some(10), 1).await;
        let before = rows(&store, &organisation, &[RowNumber(1)]).await;
        let with_alias = DirectoryEntry { aliases: vec!["postmaster@contoso.com".into()], ..entry(1) };
        sync(&store, &organisation.ctx, organisation.delegation, &[with_alias]).await;
        assert_eq!(listed(&store, &organisation, &[("q", "postmaster")]).await, [1]);
        // The displayed row is the same, so there is no event.
        assert_eq!(rows(&store, &organisation, &[RowNumber(1)]).await, before);
    }

    async fn a_pasted_list_finds_addresses_and_aliases_and_counts_the_others_by_reason(database: TestDatabase) {
        let clock = TestClock::default();
        let store = database.store_at(clock.sources()).await;
        let people = people(&store).await;
        complete_run(&store, &clock, &people, RunKind::Connect, &[RowNumber(3)]).await;
        let pasted = Pasted::read(
            "Eva <EVA@contoso.com>; robert@contoso.com, bob_b@contoso.com, carla@fabrikam.com\n\
             far@contoso.com who@contoso.com dima@contoso.com",
        );
        let find = |purpose| store.mailboxes(&people.ctx).find_addresses(people.delegation, &pasted.addresses, purpose);
        let found = find(Purpose::Connect).await.unwrap();
        assert_eq!(found.rows, [5, 2, 4].map(RowNumber));
        assert_eq!((found.same, found.missing), (vec!["bob_b@contoso.com".to_owned()], vec!["who@contoso.com".to_owned()]));
        let left = |why: &str, address: &str| (why.to_owned(), vec![address.to_owned()]);
        let unlicensed = left(Reason::NoExchangeLicense.title(), "far@contoso.com");
        assert_eq!(found.left, [unlicensed, left("already connected", "carla@fabrikam.com")]);
        assert_eq!(find(Purpose::Manage).await.unwrap().rows, [RowNumber(3)]);
        assert_eq!(find(Purpose::Include).await.unwrap().rows, []);
        assert_eq!(rows(&store, &people, &[RowNumber(3)]).await[0].connection, Connection::Connected);
    }

    async fn an_address_finds_the_living_account_and_not_the_one_that_left(database: TestDatabase) {
        let clock = TestClock::default();
        let store = database.store_at(clock.sources()).await;
        let organisation = organisation(&store, Some(10), 4).await;
        complete_run(&store, &clock, &organisation, RunKind::Connect, &[RowNumber(3)]).await;
        // The third person is deleted and created again with the same address.
        let again = DirectoryEntry { address: entry(3).address, ..entry(9) };
        sync(&store, &organisation.ctx, organisation.delegation, &[entry(1), entry(2), entry(4), again]).await;
        assert_eq!(rows(&store, &organisation, &[RowNumber(3)]).await[0].reason, Some(Reason::UserNotFound));
        let mailboxes = store.mailboxes(&organisation.ctx);
        let found =
            mailboxes.find_addresses(organisation.delegation, &[entry(3).address], Purpose::Connect).await.unwrap();
        assert_eq!(found.rows, [RowNumber(5)]);
    }
}
