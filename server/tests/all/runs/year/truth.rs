//! The true state in Microsoft 365, and its comparison with the console.

use std::collections::HashMap;

use domain::{
    Reason,
    connection::Connection::{Available, Connected, Disconnected, Ineligible, NeedsAttention},
    ids::{Millis, RowNumber},
    list::Tab,
    mailbox::MailboxRow,
    schedule::DAY,
};
use serde::Deserialize;

use super::company::{Company, DOMAIN};

/// The true state of a user.
#[derive(Clone, Deserialize)]
pub(super) struct Person {
    pub(super) id: String,
    pub(super) address: String,
    pub(super) display_name: String,
    department: Option<String>,
    pub(super) kind: String,
    pub(super) has_mailbox: bool,
    pub(super) broken: Option<String>,
    deleted: Option<String>,
}

#[derive(Deserialize)]
struct Page {
    users: Vec<Person>,
    next: Option<u32>,
}

/// How long a deleted user keeps the slot, and when it must have been released at the latest.
const GRACE: Millis = 30 * DAY;
const RELEASED: Millis = 32 * DAY;

impl Person {
    pub(super) fn is_gone(&self) -> bool {
        self.deleted.is_some()
    }

    /// Whether it is an ordinary mailbox that works.
    pub(super) fn is_healthy(&self) -> bool {
        !self.is_gone() && self.kind == "user" && self.has_mailbox && self.broken.is_none()
    }
}

impl Company {
    pub(super) async fn truth(&self) -> Vec<Person> {
        let (mut people, mut after) = (Vec::new(), 0);
        loop {
            let url = format!("{}/_sim/tenants/{DOMAIN}/truth?after={after}", self.server.simulator.base_url);
            let page = self.server.client.get(url).send().await.unwrap().text().await.unwrap();
            let page: Page = serde_json::from_str(&page).unwrap();
            people.extend(page.users);
            match page.next {
                Some(next) => after = next,
                None => return people,
            }
        }
    }

    pub(super) async fn rows(&self, numbers: &[RowNumber]) -> Vec<MailboxRow> {
        let mut rows = Vec::with_capacity(numbers.len());
        for numbers in numbers.chunks(500) {
            rows.extend(self.caller.mailboxes.rows(self.delegation.id, numbers).await.unwrap());
        }
        rows
    }

    async fn listed(&self) -> HashMap<String, MailboxRow> {
        let numbers = self.server.rows(&self.caller, &self.delegation, Tab::All).await;
        self.rows(&numbers).await.into_iter().map(|row| (row.address.clone(), row)).collect()
    }

    /// Checks that all users are listed with their properties, and besides them only deleted users who keep a slot.
    pub(super) async fn compare_directory(&self, week: u32) {
        compare(&self.truth().await, self.listed().await, week);
    }

    /// Checks the same, the state of every mailbox, and that the slot account equals the slots held.
    pub(super) async fn compare_everything(&mut self, week: u32) {
        let (truth, listed) = (self.truth().await, self.listed().await);
        compare(&truth, listed.clone(), week);
        for person in truth {
            let row = listed.get(&person.address);
            let state = row.map(|row| row.connection);
            let about = || {
                format!("week {week}: {} is {state:?} ({:?})", person.address, row.and_then(|row| row.reason))
            };
            let left = match self.connected.get(&person.id) {
                Some(Some(left)) => self.now - left,
                Some(None) => {
                    let well = person.has_mailbox && person.broken.is_none();
                    assert_eq!(state, Some(if well { Connected } else { NeedsAttention }), "{}", about());
                    continue;
                }
                None if person.is_gone() => {
                    assert_eq!(state, None, "{}", about());
                    continue;
                }
                None => {
                    let can = person.has_mailbox && ["user", "shared"].contains(&person.kind.as_str());
                    let may = if can { [Available, Disconnected] } else { [Ineligible, Ineligible] };
                    assert!(state.is_some_and(|state| may.contains(&state)), "{}", about());
                    continue;
                }
            };
            match left {
                ..GRACE => assert_eq!(state, Some(NeedsAttention), "{}", about()),
                RELEASED.. => assert_eq!(state, None, "{}", about()),
                _ => {}
            }
            if state.is_none() {
                self.connected.remove(&person.id);
            }
        }
        let holding =
            listed.values().filter(|row| [Connected, NeedsAttention].contains(&row.connection)).count();
        let used = self.snapshot().await.pools[0].used;
        assert_eq!((usize::try_from(used).unwrap(), self.connected.len()), (holding, holding), "week {week}");
    }
}

/// Checks that the list and the true state contain the same people.
fn compare(truth: &[Person], mut listed: HashMap<String, MailboxRow>, week: u32) {
    for person in truth.iter().filter(|person| !person.is_gone()) {
        let row = listed.remove(&person.address);
        let row = row.unwrap_or_else(|| panic!("week {week}: {} is not listed", person.address));
        assert_eq!((&row.name, &row.department), (&person.display_name, &person.department), "week {week}");
    }
    let left: Vec<&str> =
        truth.iter().filter(|person| person.is_gone()).map(|person| person.address.as_str()).collect();
    for (address, row) in listed {
        assert!(left.contains(&address.as_str()), "week {week}: {address} is not a user");
        assert_eq!(
            (row.connection, row.reason),
            (NeedsAttention, Some(Reason::UserNotFound)),
            "week {week}: {address}"
        );
    }
}
