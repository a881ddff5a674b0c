//! Alerts by e-mail: what is said, when, to whom, and what is over by then.

use domain::{
    alerts::{MOST, Matter},
    cadence::{DAY, HOUR, MINUTE},
    delegation::DelegationState,
    run::RunKind,
};
use server::store::{Ending, Fate, Letter, NewRun, Settled, Store, StoreError, Verdict};

use crate::support::{
    clock::StoppedClock,
    database::TestDatabase,
    on_both_databases,
    organisation::{Organisation, claim, connectable, entry, organisation, plan, sync, workspace},
};

const IT: &str = "it@contoso.com";

/// A store whose clock stands, and an organisation whose alerts go somewhere; the first letter is sent.
async fn alerted(database: &TestDatabase) -> (Store, StoppedClock, Organisation) {
    let clock = StoppedClock::now();
    let store = database.store_at(clock.sources()).await;
    let organisation = organisation(&store, Some(10), 8).await;
    store.add_alert_address(&organisation.ctx, IT).await.unwrap();
    let welcome = letter(&store).await;
    assert_eq!(welcome.matters, [Matter::Welcome { by: "Olga Owner".into() }]);
    store.letter_sent(&welcome, Ok(())).await.unwrap();
    (store, clock, organisation)
}

async fn letter(store: &Store) -> Letter {
    store.next_letter().await.unwrap().expect("a letter that is due")
}

async fn is_quiet(store: &Store) -> bool {
    store.next_letter().await.unwrap().is_none()
}

async fn send(store: &Store) -> Vec<Matter> {
    let letter = letter(store).await;
    store.letter_sent(&letter, Ok(())).await.unwrap();
    letter.matters
}

/// A sync says so of the organisation.
async fn judge(store: &Store, organisation: &Organisation, state: DelegationState) {
    let Organisation { ctx, delegation, .. } = organisation;
    let new = NewRun { delegation: *delegation, kind: RunKind::Sync, rows: &[], key: None };
    store.accept_run(ctx, &new).await.unwrap();
    let lease = claim(store).await;
    let reason = (state == DelegationState::Broken).then_some(domain::Reason::ConsentRevoked);
    let verdict = Verdict {
        state,
        reason,
        checklist: None,
        organisation: Some("Contoso".into()),
        service_principal: None,
    };
    store.judge_delegation(&lease, &verdict).await.unwrap();
    store.finish_sync_run(&lease, None).await.unwrap();
}

/// Works on everything of a run, all with the same end.
async fn settle(
    store: &Store,
    organisation: &Organisation,
    kind: RunKind,
    rows: &[domain::ids::RowNo],
    fate: Fate,
) {
    let new = NewRun { delegation: organisation.delegation, kind, rows, key: None };
    store.accept_run(&organisation.ctx, &new).await.unwrap();
    work(store, fate).await;
}

async fn work(store: &Store, fate: Fate) {
    let lease = claim(store).await;
    let items = store.work(&lease, 1_000).await.unwrap().items;
    let done: Vec<Settled> = items.iter().map(|item| Settled { mailbox: item.mailbox, fate }).collect();
    store.settle(&lease, &done).await.unwrap();
    store.finish_run(&lease, false).await.unwrap();
}

on_both_databases! {
    async fn an_approval_that_is_gone_is_told_at_once_and_so_is_its_return(database: TestDatabase) {
        let (store, _, organisation) = alerted(&database).await;
        assert!(is_quiet(&store).await);
        judge(&store, &organisation, DelegationState::Broken).await;
        let reason = Some(domain::Reason::ConsentRevoked);
        assert_eq!(send(&store).await, [Matter::Broken { organisation: "Contoso".into(), reason }]);
        judge(&store, &organisation, DelegationState::Active).await;
        assert_eq!(send(&store).await, [Matter::Recovered { organisation: "Contoso".into() }]);
        assert!(is_quiet(&store).await);
        // What is over before the letter is written is not told at all.
        judge(&store, &organisation, DelegationState::Broken).await;
        judge(&store, &organisation, DelegationState::Active).await;
        assert!(is_quiet(&store).await);
    }

    async fn mailboxes_wait_for_company_for_a_day_and_are_told_as_they_are_then(database: TestDatabase) {
        let (store, clock, organisation) = alerted(&database).await;
        let Organisation { ctx, delegation, .. } = &organisation;
        let rows = connectable(&store, &organisation).await;
        settle(&store, &organisation, RunKind::Connect, &rows[..4], Fate::Done).await;
        let bad = Fate::Failed(domain::Reason::OutOfScope);
        let mut due = clock.time();
        for round in 0..3 {
            // Twice: the first time it is a suspicion.
            for _ in 0..2 {
                clock.advance(DAY + DAY / 2);
                while store.look_after(10).await.unwrap() > 0 {
                    while let Some(lease) = store.claim_run("test", server::store::Urgency::Any).await.unwrap() {
                        if lease.kind == RunKind::Sync {
                            store.finish_sync_run(&lease, None).await.unwrap();
                            continue;
                        }
                        let items = store.work(&lease, 1_000).await.unwrap().items;
                        let done: Vec<Settled> = items.iter().map(|item| Settled { mailbox: item.mailbox, fate: bad }).collect();
                        store.settle(&lease, &done).await.unwrap();
                        store.finish_run(&lease, false).await.unwrap();
                    }
                }
            }
            if round == 0 {
                due = clock.time();
            }
        }
        assert!(clock.time() > due + DAY);
        let told = send(&store).await;
        let reasons = vec![(Some(domain::Reason::OutOfScope), 4)];
        assert_eq!(told, [Matter::Attention { organisation: "Contoso".into(), delegation: *delegation, reasons }]);
        let snapshot = store.snapshot(ctx, *delegation).await.unwrap();
        assert_eq!(snapshot.counts.attention, 4);
    }

    async fn newcomers_are_told_once_a_week_and_only_those_not_connected(database: TestDatabase) {
        let (store, clock, organisation) = alerted(&database).await;
        let Organisation { ctx, delegation, .. } = &organisation;
        for people in [10, 11, 12] {
            clock.advance(DAY);
            sync(&store, ctx, *delegation, &(1..=people).map(entry).collect::<Vec<_>>()).await;
            assert!(is_quiet(&store).await);
        }
        let rows = connectable(&store, &organisation).await;
        settle(&store, &organisation, RunKind::Connect, &rows[rows.len() - 1..], Fate::Done).await;
        clock.advance(5 * DAY - 1);
        assert!(is_quiet(&store).await);
        clock.advance(1);
        let newcomers = Matter::Newcomers { organisation: "Contoso".into(), delegation: *delegation, people: 3 };
        assert_eq!(send(&store).await, [newcomers]);
        clock.advance(30 * DAY);
        assert!(is_quiet(&store).await);
    }

    async fn slots_are_told_while_they_are_short(database: TestDatabase) {
        let (store, clock, organisation) = alerted(&database).await;
        let push = async |elsewhere, version| {
            store.push_slots(organisation.workspace, &plan(10, elsewhere, version)).await.unwrap();
        };
        push(8, 1).await;
        assert!(is_quiet(&store).await);
        push(2, 2).await;
        clock.advance(HOUR);
        // They are free again.
        assert!(is_quiet(&store).await);
        push(8, 3).await;
        push(10, 4).await;
        assert_eq!(send(&store).await, [Matter::Slots { name: "Warm-up".into(), taken: 10, limit: 10 }]);
        clock.advance(DAY);
        assert!(is_quiet(&store).await);
    }

    async fn a_mail_server_that_fails_is_asked_again_for_a_day_and_nothing_is_sent_twice(database: TestDatabase) {
        let (store, clock, organisation) = alerted(&database).await;
        judge(&store, &organisation, DelegationState::Broken).await;
        let (start, mut tries) = (clock.time(), Vec::new());
        while clock.time() < start + 3 * DAY {
            if let Some(letter) = store.next_letter().await.unwrap() {
                // It is in hand: nobody else sends it.
                assert!(is_quiet(&store).await);
                tries.push(clock.time() - start);
                store.letter_sent(&letter, Err("451 greylisted".into())).await.unwrap();
                let known = store.alert_addresses(&organisation.ctx).await.unwrap().remove(0);
                assert_eq!(known.problem.as_deref(), Some("451 greylisted"));
            }
            clock.advance(MINUTE);
        }
        assert!((8..20).contains(&tries.len()), "{tries:?}");
        assert!(tries[1] - tries[0] <= 5 * MINUTE && (DAY..DAY + 7 * HOUR).contains(tries.last().unwrap()), "{tries:?}");
        // It was given up, and the next matter is tried anew.
        judge(&store, &organisation, DelegationState::Active).await;
        assert_eq!(send(&store).await.len(), 1);
        assert_eq!(store.alert_addresses(&organisation.ctx).await.unwrap().remove(0).problem, None);
        // A process that died with a letter in hand: another one sends it.
        judge(&store, &organisation, DelegationState::Broken).await;
        letter(&store).await;
        assert!(is_quiet(&store).await);
        clock.advance(3 * MINUTE);
        assert_eq!(send(&store).await.len(), 1);
    }

    async fn without_a_mail_server_nothing_piles_up(database: TestDatabase) {
        let (store, clock, organisation) = alerted(&database).await;
        judge(&store, &organisation, DelegationState::Broken).await;
        clock.advance(13 * DAY);
        assert_eq!(store.forget_alerts().await.unwrap(), 0);
        clock.advance(DAY + 1);
        assert_eq!(store.forget_alerts().await.unwrap(), 1);
        assert!(is_quiet(&store).await);
        judge(&store, &organisation, DelegationState::Active).await;
        assert_eq!(send(&store).await.len(), 1);
    }

    async fn whoever_gets_them_ends_them(database: TestDatabase) {
        let (store, _, organisation) = alerted(&database).await;
        let ctx = &organisation.ctx;
        judge(&store, &organisation, DelegationState::Broken).await;
        let letter = letter(&store).await;
        assert_eq!(store.alerted(&letter.stop_token).await.unwrap(), IT);
        assert_eq!(store.stop_alerts(&letter.stop_token).await.unwrap(), IT);
        store.letter_sent(&letter, Ok(())).await.unwrap();
        assert!(matches!(store.stop_alerts(&letter.stop_token).await, Err(StoreError::NotFound)));
        assert!(store.alert_addresses(ctx).await.unwrap().is_empty());
        judge(&store, &organisation, DelegationState::Active).await;
        assert!(is_quiet(&store).await);
    }

    async fn addresses_are_the_workspaces_own_and_not_too_many(database: TestDatabase) {
        let (store, _, organisation) = alerted(&database).await;
        let ctx = &organisation.ctx;
        store.add_alert_address(ctx, IT).await.unwrap();
        assert_eq!(store.alert_addresses(ctx).await.unwrap().len(), 1);
        for n in 1..MOST {
            store.add_alert_address(ctx, &format!("it{n}@contoso.com")).await.unwrap();
        }
        let refused = store.add_alert_address(ctx, "more@contoso.com").await;
        assert!(matches!(refused, Err(StoreError::TooMany { limit: MOST, .. })), "{refused:?}");
        let (_, other) = workspace(&store, None).await;
        let first = store.alert_addresses(ctx).await.unwrap().remove(0).id;
        assert!(matches!(store.remove_alert_address(&other, first).await, Err(StoreError::NotFound)));
        assert!(store.alert_addresses(&other).await.unwrap().is_empty());
        store.remove_alert_address(ctx, first).await.unwrap();
        assert_eq!(store.alert_addresses(ctx).await.unwrap().len() as u32, MOST - 1);
    }

    async fn a_credential_that_ends_is_told_once_for_each_warning(database: TestDatabase) {
        let (store, clock, organisation) = alerted(&database).await;
        let Organisation { ctx, delegation, .. } = &organisation;
        let new = NewRun { delegation: *delegation, kind: RunKind::Sync, rows: &[], key: None };
        store.accept_run(ctx, &new).await.unwrap();
        let lease = claim(&store).await;
        let warn = async |days, warning| {
            let ending = Ending { name: "certificate first".into(), days, warning };
            store.warn_of_credential(&lease, &ending).await.unwrap();
        };
        let told = |days| [Matter::Credential { name: "certificate first".into(), days }];
        warn(28, 30).await;
        assert_eq!(send(&store).await, told(28));
        warn(20, 30).await;
        assert!(is_quiet(&store).await);
        warn(14, 14).await;
        clock.advance(HOUR);
        assert_eq!(send(&store).await, told(13));
    }
}
