//! Reasons of one mailbox: of some that were connected, and of some that cannot be.

use std::cell::Cell;

use domain::{
    Reason,
    cadence::{HOUR, MINUTE},
    connection::Connection::{self, Available, Connected, Failed, Ineligible, NeedsAttention},
    ids::RowNo,
    list::{ListQuery, Tab},
    mailbox::MailboxRow,
    run::RunKind,
};
use serde_json::{Value, json};

use super::{Where, assert_all};
use crate::support::{on_both_databases, world::World};

/// What happens to somebody in the simulated organisation.
enum Event {
    Break(&'static str),
    /// With a status of its own, because Microsoft documents none.
    BreakOddly(&'static str),
    Mend,
    Change(Value),
    Delete,
    Restore,
}

impl Event {
    async fn happen(self, world: &World, who: &str) {
        let tenant = "tenants/s.example";
        match self {
            Self::Break(code) => {
                world.sim(&format!("{tenant}/mailboxes/{who}/break"), json!({ "code": code })).await;
            }
            Self::BreakOddly(code) => {
                let body = json!({ "code": code, "status": 418, "message": "?" });
                world.sim(&format!("{tenant}/mailboxes/{who}/break"), body).await;
            }
            Self::Mend => _ = world.sim(&format!("{tenant}/mailboxes/{who}/mend"), json!({})).await,
            Self::Change(patch) => _ = world.sim(&format!("{tenant}/users/{who}"), patch).await,
            Self::Restore => _ = world.sim(&format!("{tenant}/users/{who}/restore"), json!({})).await,
            Self::Delete => {
                let url = format!("{}/_sim/{tenant}/users/{who}", world.simulator.base_url);
                assert!(world.client.delete(url).send().await.unwrap().status().is_success());
            }
        }
    }
}

/// Of mailboxes that are connected: they need attention, and keep their slots.
fn of_connected() -> Vec<(Reason, Event, Event)> {
    let licensed = |yes: bool| Event::Change(json!({ "licensed": yes }));
    vec![
        (Reason::OutOfScope, Event::Break("ErrorAccessDenied:RAOP"), Event::Mend),
        (Reason::NoExchangeLicense, licensed(false), licensed(true)),
        (Reason::MailboxOnPremises, Event::Break("MailboxNotHostedInExchangeOnline"), Event::Mend),
        (Reason::MailboxSoftDeleted, Event::Break("MailboxNotEnabledForRESTAPI"), Event::Mend),
        (Reason::UserNotFound, Event::Delete, Event::Restore),
        (Reason::Unknown, Event::BreakOddly("ErrorOfTomorrow"), Event::Mend),
    ]
}

/// Of people who join with something in the way: name, what they are, where that is shown, how it ends.
fn of_others() -> Vec<(Reason, &'static str, Value, Connection, Event)> {
    let kind = |kind: &str| json!({ "kind": kind });
    let user = || Event::Change(json!({ "accountEnabled": true, "kind": "user", "licensed": true }));
    vec![
        (Reason::GuestUser, "greta", kind("guest"), Ineligible, user()),
        (
            Reason::NotAUserMailbox,
            "room",
            json!({ "accountEnabled": false, "kind": "room", "licensed": false }),
            Ineligible,
            user(),
        ),
        (Reason::NoExchangeLicense, "nils", kind("unlicensed"), Ineligible, user()),
        (
            Reason::MailboxOnPremises,
            "otto",
            json!({ "kind": "on_premises", "licensed": false, "onPremisesSyncEnabled": true }),
            Ineligible,
            user(),
        ),
        (
            Reason::AddressConflict,
            "anna",
            json!({ "mail": "adele.vance@s.example" }),
            Ineligible,
            Event::Change(json!({ "mail": "anna@s.example" })),
        ),
        (Reason::MailboxNotProvisioned, "paul", kind("provisioning"), Failed, user()),
        (Reason::MicrosoftUnavailable, "mia", json!({}), Failed, Event::Mend),
    ]
}

on_both_databases! {
    async fn is_found_shown_and_gone_once_its_cause_is(database: TestDatabase) {
        let causes = of_connected().into_iter().map(|case| case.0);
        assert_all(Where::Mailbox, causes.chain(of_others().into_iter().map(|case| case.0)));
        let world = World::start(database).await;
        let (desk, delegation, rows) = world.connected("s.example", 12).await;
        let slots = desk.mailboxes.snapshot(delegation.id).await.unwrap().pools;
        let look = async |rows: &[RowNo]| desk.mailboxes.rows(delegation.id, rows).await.unwrap();
        // Time passes until it is so: a sync comes every hour, a check after its wait, and each has the time it needs.
        let becomes = async |rows: &[RowNo], what: &str, is: &dyn Fn(&MailboxRow) -> bool| {
            let looks = Cell::new(0);
            world
                .until(what, async || {
                    looks.set(looks.get() + 1);
                    if looks.get() % 60 == 0 {
                        world.later(75 * MINUTE);
                    }
                    look(rows).await.iter().all(is).then_some(())
                })
                .await;
        };

        let people = look(&rows).await;
        let chosen: Vec<&MailboxRow> =
            people.iter().filter(|row| !row.address.starts_with("admin") && !row.address.starts_with("adele")).collect();
        let mut healing = Vec::new();
        for (row, (reason, cause, heal)) in chosen.iter().zip(of_connected()) {
            cause.happen(&world, &row.address).await;
            healing.push((row.row, row.address.clone(), reason, heal));
        }
        assert_eq!(healing.len(), of_connected().len(), "there are too few people");
        world.later(26 * HOUR);
        for (row, _, reason, _) in &healing {
            let is = |row: &MailboxRow| (row.connection, row.reason) == (NeedsAttention, Some(*reason));
            becomes(&[*row], reason.title(), &is).await;
            let row = look(&[*row]).await.remove(0);
            let words = format!("Connected · Needs attention · {}", reason.title());
            assert_eq!(row.connection.sentence(row.reason), words);
        }
        let now = desk.mailboxes.snapshot(delegation.id).await.unwrap();
        assert_eq!((now.pools, now.counts.attention), (slots.clone(), u32::try_from(healing.len()).unwrap()));
        let mut mended = Vec::new();
        for (row, address, _, heal) in healing {
            heal.happen(&world, &address).await;
            mended.push(row);
        }
        becomes(&mended, "all are well again", &|row| (row.connection, row.reason) == (Connected, None)).await;
        assert_eq!(desk.mailboxes.snapshot(delegation.id).await.unwrap().pools, slots);
    }

    async fn keeps_from_connecting_for_as_long_as_it_lasts(database: TestDatabase) {
        let world = World::start(database).await;
        let (desk, delegation, _) = world.connected("s.example", 5).await;
        let everybody = async || {
            let query = ListQuery { tab: Tab::All, ..ListQuery::default() };
            let order = desk.mailboxes.spine(delegation.id, &query).await.unwrap().order;
            desk.mailboxes.rows(delegation.id, &order).await.unwrap()
        };
        let slots = desk.mailboxes.snapshot(delegation.id).await.unwrap().pools;
        for (_, name, mut what, ..) in of_others() {
            what["local_part"] = json!(name);
            what["displayName"] = json!(format!("The new {name}"));
            world.sim("tenants/s.example/users", what).await;
        }
        Event::Break("generalException").happen(&world, "mia@s.example").await;
        let looks = Cell::new(0);
        let becomes = async |name: &str, what: &str, connection: Connection, reason: Option<Reason>| {
            world
                .until(&format!("{name}: {what}"), async || {
                    looks.set(looks.get() + 1);
                    if looks.get() % 60 == 0 {
                        world.later(75 * MINUTE);
                    }
                    let called = format!("The new {name}");
                    let found = everybody().await.into_iter().find(|row| row.name == called)?;
                    ((found.connection, found.reason) == (connection, reason)).then_some(found)
                })
                .await
        };
        world.later(2 * HOUR);
        // These two look well until they are connected.
        let mut tried = Vec::new();
        for name in ["paul", "mia"] {
            tried.push(becomes(name, "can be chosen", Available, None).await.row);
        }
        let request = app::ports::RunRequest { delegation: delegation.id, kind: RunKind::Connect, rows: tried, key: "c".into() };
        desk.runs.start(request).await.unwrap();
        for (reason, name, _, connection, _) in of_others() {
            let row = becomes(name, reason.title(), connection, Some(reason)).await;
            let note = connection.note().unwrap();
            assert_eq!(row.connection.sentence(row.reason), format!("Not connected · {note} · {}", reason.title()));
        }
        // Of two with one address, the connected one stays so.
        assert!(everybody().await.iter().any(|row| row.address == "adele.vance@s.example" && row.connection == Connected));
        for (reason, name, _, _, heal) in of_others() {
            let address = if reason == Reason::AddressConflict { format!("{name}@s.example") } else { everybody().await.into_iter().find(|row| row.name == format!("The new {name}")).unwrap().address };
            heal.happen(&world, &address).await;
        }
        for (_, name, ..) in of_others() {
            becomes(name, "can be chosen now", Available, None).await;
        }
        assert_eq!(desk.mailboxes.snapshot(delegation.id).await.unwrap().pools, slots);
    }
}
