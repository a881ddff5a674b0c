//! *Select all*, for every filter × order × set of connected mailboxes × slots: the browser's selection, the review and
//! the accepted run agree.

use std::collections::BTreeSet;

use domain::{
    Reason,
    ids::{DelegationId, RowNumber},
    list::ListQuery,
    run::RunKind,
    selection::{Bound, Selection},
    slots::{MAX_PER_RUN, PlanState, Shortfall},
};
use roaring::RoaringBitmap;
use sea_orm::{ConnectionTrait, Database, Statement};
use store::{DirectoryEntry, NewRun, SlotPush, Store, StoreError};

use store_testing::{
    clock::TestClock,
    on_both_databases,
    organisation::{Organisation, claim, complete_run, entry, organisation, sync},
};

const PEOPLE: u32 = 1_240;

/// Free slots; `None` is unlimited.
const FREE: [Option<u32>; 6] = [None, Some(0), Some(1), Some(300), Some(1_000), Some(5_000)];

/// A user of the organisation: row number and properties follow from the number.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Person(u32);

impl Person {
    fn department(self) -> Option<&'static str> {
        [Some("Sales"), Some("Finance"), None][(self.0 % 3) as usize]
    }

    fn domain(self) -> &'static str {
        if self.0.is_multiple_of(10) { "fabrikam.com" } else { "contoso.com" }
    }

    fn is_licensed(self) -> bool {
        !self.0.is_multiple_of(50)
    }

    fn entry(self) -> DirectoryEntry {
        DirectoryEntry {
            address: format!("person{}@{}", self.0, self.domain()),
            department: self.department().map(Into::into),
            obstacle: (!self.is_licensed()).then_some(Reason::NoExchangeLicense),
            ..entry(self.0)
        }
    }
}

type Filter = (&'static [(&'static str, &'static str)], fn(Person) -> bool);

/// Filters in the form of the page's address, and the users that they match.
const FILTERS: [Filter; 8] = [
    (&[], |_| true),
    (&[("tab", "all")], |_| true),
    (&[("department", "Sales")], |p| p.department() == Some("Sales")),
    (&[("domain", "fabrikam.com")], |p| p.domain() == "fabrikam.com"),
    (&[("q", "PERSON 000")], |p| p.0 < 100),
    (&[("q", "sales"), ("domain", "fabrikam.com"), ("tab", "all")], |p| {
        p.domain() == "fabrikam.com" && p.department() == Some("Sales")
    }),
    (&[("status", "not_connected")], |_| true),
    (&[("status", "disconnected")], |_| false),
];

fn new(delegation: DelegationId, rows: &[RowNumber]) -> NewRun<'_> {
    NewRun { delegation, kind: RunKind::Connect, rows, key: None }
}

struct MatchingPeople<'a> {
    store: &'a Store,
    organisation: &'a Organisation,
    url: &'a str,
    connected: BTreeSet<Person>,
    version: i64,
}

impl MatchingPeople<'_> {
    async fn allow(&mut self, free: Option<u32>) {
        self.version += 1;
        let push = SlotPush {
            plan_type_id: "warmup".into(),
            limit: free.map(|free| free + u32::try_from(self.connected.len()).unwrap()),
            used_elsewhere: 0,
            plan: PlanState::Active,
            version: self.version,
        };
        self.store.push_slots(self.organisation.workspace, &push).await.unwrap();
    }

    fn expected(&self, means: fn(Person) -> bool, descending: bool) -> Vec<RowNumber> {
        let mut people: Vec<Person> = (1..=PEOPLE).map(Person).collect();
        people.retain(|p| means(*p) && p.is_licensed() && !self.connected.contains(p));
        if descending {
            people.reverse();
        }
        people.into_iter().map(|p| RowNumber(p.0)).collect()
    }

    async fn check(&self, (pairs, means): Filter, descending: bool, free: Option<u32>, take: bool) {
        let Self { store, organisation, .. } = self;
        let Organisation { ctx, delegation, .. } = organisation;
        let about = format!("{pairs:?} desc {descending} connected {} free {free:?}", self.connected.len());
        let query = ListQuery { descending, ..ListQuery::from_pairs(pairs.iter().copied()) };
        let list_order = store.mailboxes(ctx).list_order(*delegation, &query).await.unwrap();
        let pools = store.slots(ctx).pools().await.unwrap();
        assert_eq!(pools[0].free(), free, "{about}");

        // The same calculation as in the browser.
        let selectable: RoaringBitmap = list_order.connectable.iter().map(|row| row.0).collect();
        let mut selection = Selection::default();
        let all =
            selection.select_all(&list_order.order, &selectable, &RoaringBitmap::new(), pools[0].free());
        let selected: Vec<RowNumber> = selection.iter().collect();

        let matching = self.expected(means, descending);
        let cap = free.unwrap_or(MAX_PER_RUN).min(MAX_PER_RUN) as usize;
        let mut expected = matching[..cap.min(matching.len())].to_vec();
        expected.sort_unstable();
        assert_eq!(selected, expected, "{about}");
        let bound = match free {
            _ if selected.len() == matching.len() => Bound::Nothing,
            Some(free) if free < MAX_PER_RUN => Bound::Slots(free),
            _ => Bound::PerRun,
        };
        assert_eq!((all.matching as usize, all.bound), (matching.len(), bound), "{about}");

        let review = store.runs(ctx).review_run(*delegation, RunKind::Connect, &selected).await.unwrap();
        assert_eq!(
            (review.takes as usize, review.pools[0].takes as usize),
            (selected.len(), selected.len()),
            "{about}"
        );
        assert!(review.skipped.is_empty(), "{about}: {:?}", review.skipped);
        if take {
            self.take(&selected, &matching, bound, &about).await;
        }
    }

    /// Accepts the selection and cancels the run; one mailbox more than the free slots is refused.
    async fn take(&self, selected: &[RowNumber], matching: &[RowNumber], bound: Bound, about: &str) {
        let Organisation { ctx, delegation, .. } = self.organisation;
        if let Bound::Slots(free) = bound {
            let more: Vec<RowNumber> = matching.iter().copied().take(free as usize + 1).collect();
            let refusal = self.store.runs(ctx).accept_run(&new(*delegation, &more)).await.unwrap_err();
            let short = Shortfall { requested: free + 1, free };
            assert!(matches!(&refusal, StoreError::Slots(found) if *found == short), "{about}: {refusal}");
        }
        if selected.is_empty() {
            return;
        }
        let run = self.store.runs(ctx).accept_run(&new(*delegation, selected)).await.unwrap();
        let on = Database::connect(self.url).await.unwrap();
        let text = "SELECT COUNT(*) AS n FROM mailbox WHERE connection = 'queued' AND run_id IS NOT NULL";
        let found = on.query_one_raw(Statement::from_string(on.get_database_backend(), text)).await.unwrap();
        let queued: i64 = found.unwrap().try_get("", "n").unwrap();
        let reserved = self.store.slots(ctx).pools().await.unwrap()[0].reserved as usize;
        assert_eq!((queued as usize, reserved), (selected.len(), selected.len()), "{about}");
        let lease = claim(self.store).await;
        assert_eq!(lease.run, run.id);
        self.store.leased(&lease).finish_run(true).await.unwrap().expect("an end");
    }
}

on_both_databases! {
    async fn select_all_agrees_in_browser_server_and_database(database: TestDatabase) {
        let clock = TestClock::default();
        let store = database.store_at(clock.sources()).await;
        let organisation = organisation(&store, None, 0).await;
        let people: Vec<DirectoryEntry> = (1..=PEOPLE).map(|n| Person(n).entry()).collect();
        sync(&store, &organisation.ctx, organisation.delegation, &people).await;
        let mut test_env =
            MatchingPeople { store: &store, organisation: &organisation, url: &database.url, connected: BTreeSet::new(), version: 0 };
        let mut combinations = 0;
        for connect in [false, true] {
            if connect {
                test_env.allow(None).await;
                test_env.connected = (1..=PEOPLE).map(Person).filter(|p| p.0 % 4 == 1 && p.is_licensed()).collect();
                let rows: Vec<RowNumber> = test_env.connected.iter().map(|p| RowNumber(p.0)).collect();
                complete_run(&store, &clock, &organisation, RunKind::Connect, &rows).await;
            }
            for free in FREE {
                test_env.allow(free).await;
                for (place, filter) in FILTERS.into_iter().enumerate() {
                    for descending in [false, true] {
                        test_env.check(filter, descending, free, place == 2 && !descending).await;
                        combinations += 1;
                    }
                }
            }
        }
        assert_eq!(combinations, 2 * 6 * 8 * 2);
    }
}
