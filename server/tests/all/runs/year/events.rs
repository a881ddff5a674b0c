//! The events of a week.

use rand::seq::IndexedRandom;
use serde_json::json;

use super::{
    company::{Company, DOMAIN},
    truth::Person,
};

const HIRED: u32 = 3;

impl Company {
    /// People join, leave and return; names, addresses, licences and mailboxes change; due changes of earlier weeks are
    /// undone.
    pub(super) async fn apply_events(&mut self, week: u32) {
        let due: Vec<_> = self.advance_clock.extract_if(.., |(when, ..)| *when <= week).collect();
        let mut undone = Vec::new();
        for (_, what, body) in due {
            self.sim(&what, body).await;
            undone.extend(what.split('/').nth(1).map(str::to_owned));
            let returned = what.strip_suffix("/restore").and_then(|what| what.strip_prefix("users/"));
            if let Some(left) = returned.and_then(|returned| self.connected.get_mut(returned)) {
                *left = None;
            }
        }
        for n in 0..HIRED {
            let name = format!("hire-{week}-{n}");
            self.sim("users", json!({ "displayName": format!("Hire {week} {n}"), "local_part": name, "department": "Sales" })).await;
        }
        // At most one event per person and week: the console does not see a return of less than an hour.
        let chosen = |person: &Person| person.is_healthy() && !undone.contains(&person.id);
        let well: Vec<Person> = self.truth().await.into_iter().skip(20).filter(chosen).collect();
        let (mine, others): (Vec<_>, Vec<_>) =
            well.into_iter().partition(|person| self.connected.get(&person.id).is_some_and(Option::is_none));
        let mut mine: Vec<Person> = mine.choose_multiple(&mut self.dice, 5).cloned().collect();
        let mut others: Vec<Person> = others.choose_multiple(&mut self.dice, 3).cloned().collect();
        for leaver in [mine.pop().unwrap(), others.pop().unwrap()] {
            self.leave(&leaver, week).await;
        }
        for (n, person) in [mine.pop().unwrap(), others.pop().unwrap()].into_iter().enumerate() {
            let name = format!("{} {week}", person.display_name.split(' ').next().unwrap());
            self.sim(&format!("users/{}", person.id), json!({ "displayName": name, "department": "Renamed", "mail": format!("renamed-{week}-{n}@{DOMAIN}") })).await;
        }
        for person in [mine.pop().unwrap(), others.pop().unwrap()] {
            let user = format!("users/{}", person.id);
            self.sim(&user, json!({ "licensed": false })).await;
            self.advance_clock.push((week + 2, user, json!({ "licensed": true })));
        }
        let mailbox = format!("mailboxes/{}", mine.pop().unwrap().id);
        self.sim(&format!("{mailbox}/break"), json!({ "code": "ErrorAccessDenied:RAOP" })).await;
        self.advance_clock.push((week + 1, format!("{mailbox}/mend"), json!({})));
    }

    /// Deletes a user. In every third week the user is restored a fortnight later.
    async fn leave(&mut self, person: &Person, week: u32) {
        let url = format!("{}/_sim/tenants/{DOMAIN}/users/{}", self.server.simulator.base_url, person.id);
        assert!(self.server.client.delete(url).send().await.unwrap().status().is_success());
        if let Some(left) = self.connected.get_mut(&person.id) {
            *left = Some(self.now);
        }
        if week.is_multiple_of(3) {
            self.advance_clock.push((week + 2, format!("users/{}/restore", person.id), json!({})));
        }
    }
}
