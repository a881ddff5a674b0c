//! Reasons of one mailbox: of connected mailboxes, and of mailboxes that cannot be connected.

use std::cell::Cell;

use domain::{
    Reason,
    connection::Connection::{self, Available, Connected, Failed, Ineligible, NeedsAttention},
    ids::RowNumber,
    list::{ListQuery, Tab},
    mailbox::MailboxRow,
    run::RunKind,
    schedule::{HOUR, MINUTE},
};
use serde_json::{Value, json};

use super::{Where, assert_all};
use crate::support::test_server::TestServer;
use store_testing::on_both_databases;

/// A change to a user or mailbox in the simulated organisation.
enum Event {
    Break(&'static str),
    /// An undocumented error, with a status of its own.
    BreakOddly(&'static str),
    Mend,
    Change(Value),
    Delete,
    Restore,
}

impl Event {
    async fn happen(self, server: &TestServer, who: &str) {
        let tenant = "tenants/s.example";
        match self {
            Self::Break(code) => {
                server.sim(&format!("{tenant}/mailboxes/{who}/break"), json!({ "code": code })).await;
            }
            Self::BreakOddly(code) => {
                let body = json!({ "code": code, "status": 418, "message": "?" });
                server.sim(&format!("{tenant}/mailboxes/{who}/break"), body).await;
            }
            Self::Mend => _ = server.sim(&format!("{tenant}/mailboxes/{who}/mend"), json!({})).await,
            Self::Change(patch) => _ = server.sim(&format!("{tenant}/users/{who}"), patch).await,
            Self::Restore => _ = server.sim(&format!("{tenant}/users/{who}/restore"), json!({})).await,
            Self::Delete => {
                let url = format!("{}/_sim/{tenant}/users/{who}", server.simulator.base_url);
                assert!(server.client.delete(url).send().await.unwrap().status().is_success());
            }
        }
    }
}

/// Reasons of connected mailboxes, which need attention and keep their slots: reason, cause, fix.
fn of_connected() -> Vec<(Reason, Event, Event)> {
    let licensed = |yes: bool| Event::Change(json!({ "licensed": yes }));
    vec![
        (Reason::OutOfScope, Event::Break("ErrorAccessDenied:RAOP"), Event::Mend),
        (Reason::NoExchangeLicense, licensed(false), licensed(true)),
        (Reason::MailboxOnPremises, Event::Break("MailboxNotHostedInExchangeOnline"), Event::Mend),
        (Reason::NoMailbox, Event::Break("MailboxNotEnabledForRESTAPI"), Event::Mend),
        (Reason::UserNotFound, Event::Delete, Event::Restore),
        (Reason::Unknown, Event::BreakOddly("ErrorOfTomorrow"), Event::Mend),
    ]
}

/// Reasons of new people who cannot be connected: reason, name, properties, state, fix.
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
    async fn reasons_are_found_shown_and_removed_with_their_cause(database: TestDatabase) {
        let reasons = of_connected().into_iter().map(|case| case.0);
        assert_all(Where::Mailbox, reasons.chain(of_others().into_iter().map(|case| case.0)));
        let server = TestServer::start(database).await;
        let (caller, delegation, rows) = server.connected("s.example", 12).await;
        let slots = caller.mailboxes.snapshot(delegation.id).await.unwrap().pools;
        let look = async |rows: &[RowNumber]| caller.mailboxes.rows(delegation.id, rows).await.unwrap();
        // Advances the clock now and then until the condition holds: syncs run every hour, checks after their wait.
        let becomes = async |rows: &[RowNumber], what: &str, is: &dyn Fn(&MailboxRow) -> bool| {
            let looks = Cell::new(0);
            server
                .wait_until(what, async || {
                    looks.set(looks.get() + 1);
                    if looks.get() % 60 == 0 {
                        server.advance_clock(75 * MINUTE);
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
            cause.happen(&server, &row.address).await;
            healing.push((row.row, row.address.clone(), reason, heal));
        }
        assert_eq!(healing.len(), of_connected().len(), "too few people");
        server.advance_clock(26 * HOUR);
        for (row, _, reason, _) in &healing {
            let is = |row: &MailboxRow| (row.connection, row.reason) == (NeedsAttention, Some(*reason));
            becomes(&[*row], reason.title(), &is).await;
            let row = look(&[*row]).await.remove(0);
            let words = format!("Needs attention · {}", reason.title());
            assert_eq!(row.connection.sentence(row.reason), words);
        }
        let now = caller.mailboxes.snapshot(delegation.id).await.unwrap();
        assert_eq!((now.pools, now.counts.attention), (slots.clone(), u32::try_from(healing.len()).unwrap()));
        let mut fixed = Vec::new();
        for (row, address, _, heal) in healing {
            heal.happen(&server, &address).await;
            fixed.push(row);
        }
        becomes(&fixed, "all work again", &|row| (row.connection, row.reason) == (Connected, None)).await;
        assert_eq!(caller.mailboxes.snapshot(delegation.id).await.unwrap().pools, slots);
    }

    async fn reasons_prevent_connecting_while_their_cause_lasts(database: TestDatabase) {
        let server = TestServer::start(database).await;
        let (caller, delegation, _) = server.connected("s.example", 5).await;
        let all_rows = async || {
            let query = ListQuery { tab: Tab::All, ..ListQuery::default() };
            let order = caller.mailboxes.list_order(delegation.id, &query).await.unwrap().order;
            caller.mailboxes.rows(delegation.id, &order).await.unwrap()
        };
        let slots = caller.mailboxes.snapshot(delegation.id).await.unwrap().pools;
        for (_, name, mut what, ..) in of_others() {
            what["local_part"] = json!(name);
            what["displayName"] = json!(format!("The new {name}"));
            server.sim("tenants/s.example/users", what).await;
        }
        Event::Break("generalException").happen(&server, "mia@s.example").await;
        let looks = Cell::new(0);
        let becomes = async |name: &str, what: &str, connection: Connection, reason: Option<Reason>| {
            server
                .wait_until(&format!("{name}: {what}"), async || {
                    looks.set(looks.get() + 1);
                    if looks.get() % 60 == 0 {
                        server.advance_clock(75 * MINUTE);
                    }
                    let called = format!("The new {name}");
                    let found = all_rows().await.into_iter().find(|row| row.name == called)?;
                    ((found.connection, found.reason) == (connection, reason)).then_some(found)
                })
                .await
        };
        server.advance_clock(2 * HOUR);
        // These two are available until they are connected.
        let mut tried = Vec::new();
        for name in ["paul", "mia"] {
            tried.push(becomes(name, "can be chosen", Available, None).await.row);
        }
        let request = app::ports::RunRequest { delegation: delegation.id, kind: RunKind::Connect, rows: tried, key: "c".into() };
        caller.runs.start(request).await.unwrap();
        for (reason, name, _, connection, _) in of_others() {
            let row = becomes(name, reason.title(), connection, Some(reason)).await;
            let note = connection.note().unwrap();
            assert_eq!(row.connection.sentence(row.reason), format!("Not connected · {note} · {}", reason.title()));
        }
        // Of two mailboxes with one address, the connected one stays connected.
        assert!(all_rows().await.iter().any(|row| row.address == "adele.vance@s.example" && row.connection == Connected));
        for (reason, name, _, _, heal) in of_others() {
            let address = if reason == Reason::AddressConflict { format!("{name}@s.example") } else { all_rows().await.into_iter().find(|row| row.name == format!("The new {name}")).unwrap().address };
            heal.happen(&server, &address).await;
        }
        for (_, name, ..) in of_others() {
            becomes(name, "can be chosen now", Available, None).await;
        }
        assert_eq!(caller.mailboxes.snapshot(delegation.id).await.unwrap().pools, slots);
    }
}
