//! A simulated year of one organisation of 5,000 people: people join, leave, return and change their names; licences
//! and mailboxes break and are fixed; consent is withdrawn twice, Microsoft is unavailable three times, and the
//! certificate changes once. After each change the console shows the true state within the promised time, and the slots
//! are exact.
//!
//! This test advances by hours after a change, and by days otherwise; `cargo xtask soak year` advances by hours all
//! year, with more mailboxes connected.

mod company;
mod events;
mod requests;
mod truth;

use domain::{
    Reason,
    delegation::DelegationState,
    schedule::{DAY, HOUR},
};
use serde_json::json;

use self::{
    company::{Company, Size},
    requests::Requests,
};
use store_testing::on_both_databases;

const WEEKS: u32 = 52;
/// Hours until a change in the directory is shown: it is synced every hour, spread by up to a quarter.
const DIRECTORY: u32 = 3;
/// Hours until a fixed mailbox recovers: it is checked every six hours at most, spread by up to a quarter.
const HEALING: u32 = 9;
/// Hours until a broken mailbox is found: the daily sweep, and the second check.
const SWEEP: u32 = 33;

/// The most requests to Microsoft per connected mailbox and day, as Microsoft counts them, with the parts of batches:
/// one check, and its share of the hourly syncs of an organisation of this size.
const BUDGET: f64 = 1.5;

on_both_databases! {
    async fn the_console_shows_the_true_state_of_five_thousand_people(database: TestDatabase) {
        let size = Size::from_environment();
        let mut company = Company::start(database, size).await;
        let mut requests = Requests::default();
        for week in 0..WEEKS {
            company.apply_events(week).await;
            company.pass_hours(DIRECTORY + 2, &mut requests).await;
            company.compare_directory(week).await;
            match week {
                7 | 20 | 41 => outage(&mut company, week, &mut requests).await,
                10 | 30 => revocation(&mut company, &mut requests).await,
                26 => company.change_certificate().await,
                _ => {}
            }
            company.pass_quietly(SWEEP + HEALING, &mut requests).await;
            company.compare_everything(week).await;
            company.rest_of_week(&mut requests).await;
            if week % 4 == 3 {
                company.connect_as_many_as_fit().await;
            }
        }
        company.compare_everything(WEEKS).await;
        let (days, mailboxes) = (company.days(), size.slots);
        requests.print(&company.name, days, mailboxes);
        assert!(requests.per_mailbox_and_day(days, mailboxes) <= company.budget(BUDGET), "more requests than promised");
    }
}

/// Microsoft does not answer for three hours: no state changes, and afterwards everything works.
async fn outage(company: &mut Company, week: u32, requests: &mut Requests) {
    let kinds = match week {
        7 => ["token_failure_html"],
        20 => ["token_transient"],
        _ => ["unavailable_silent"],
    };
    let before = company.snapshot().await;
    company.sim("chaos", json!({ "seed": week, "rate": 1, "kinds": kinds })).await;
    company.pass_hours(3, requests).await;
    let now = company.snapshot().await;
    assert_eq!(
        (now.delegation.state, now.counts, now.pools),
        (DelegationState::Active, before.counts, before.pools)
    );
    company.sim("chaos", json!({ "rate": 0 })).await;
    company.pass_hours(HEALING, requests).await;
    company.compare_directory(week).await;
}

/// An administrator withdraws the consent for three days: only the organisation's state changes, and it recovers.
async fn revocation(company: &mut Company, requests: &mut Requests) {
    let before = company.snapshot().await;
    company.sim("consent", json!({ "granted": false })).await;
    company.pass_hours(DIRECTORY, requests).await;
    let now = company.snapshot().await;
    assert_eq!(now.delegation.reason, Some(Reason::ConsentRevoked));
    assert_eq!(
        (now.delegation.state, now.counts, now.pools),
        (DelegationState::Broken, before.counts, before.pools)
    );
    company.pass_quietly(u32::try_from(3 * DAY / HOUR).unwrap(), requests).await;
    company.sim("consent", json!({ "granted": true })).await;
    company.pass_hours(HEALING, requests).await;
    let now = company.snapshot().await;
    assert_eq!((now.delegation.state, now.delegation.reason), (DelegationState::Active, None));
}
