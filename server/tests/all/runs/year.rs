//! A year of one organisation of 5,000 people: who comes, leaves, returns and changes name; licences and mailboxes that
//! break and are mended; consent withdrawn twice, Microsoft away three times, the certificate changed once. After each
//! of it the console says what is so, within the time that is promised, and the slots are exact.
//!
//! Here hours pass one by one where something has happened, and days in between; `cargo xtask soak year` lets every hour
//! of the year pass, with everybody connected.

mod company;
mod events;
mod requests;
mod truth;

use domain::{
    Reason,
    cadence::{DAY, HOUR},
    delegation::DelegationState,
};
use serde_json::json;

use self::{
    company::{Company, Size},
    requests::Requests,
};
use crate::support::on_both_databases;

const WEEKS: u32 = 52;
/// The directory is read every hour, spread by up to a quarter.
const DIRECTORY: u32 = 3;
/// What needs attention is looked at every six hours at the latest, spread by up to a quarter.
const HEALING: u32 = 9;
/// The sweep, and the second look.
const SWEEP: u32 = 33;

/// What one connected mailbox may cost a day, in requests to Microsoft as Microsoft counts them, parts of batches
/// included: one question, and its share of the hourly looks at an organisation of this size.
const BUDGET: f64 = 1.5;

on_both_databases! {
    async fn of_five_thousand_people_and_the_console_says_the_truth(database: TestDatabase) {
        let size = Size::from_environment();
        let mut company = Company::start(database, size).await;
        let mut requests = Requests::default();
        for week in 0..WEEKS {
            company.happenings(week).await;
            company.pass(DIRECTORY + 2, &mut requests).await;
            company.compare_directory(week).await;
            match week {
                7 | 20 | 41 => outage(&mut company, week, &mut requests).await,
                10 | 30 => revocation(&mut company, &mut requests).await,
                26 => company.change_certificate().await,
                _ => {}
            }
            company.wait(SWEEP + HEALING, &mut requests).await;
            company.compare_everything(week).await;
            company.rest_of_week(&mut requests).await;
            if week % 4 == 3 {
                company.connect_as_many_as_fit().await;
            }
        }
        company.compare_everything(WEEKS).await;
        let (days, mailboxes) = (company.days(), size.slots);
        requests.print(&company.name, days, mailboxes);
        assert!(requests.per_mailbox_and_day(days, mailboxes) <= company.budget(BUDGET), "more than was promised");
    }
}

/// Microsoft does not answer for three hours: nobody is blamed for it, and afterwards all goes on.
async fn outage(company: &mut Company, week: u32, requests: &mut Requests) {
    let kinds = match week {
        7 => ["token_failure_html"],
        20 => ["token_transient"],
        _ => ["unavailable_silent"],
    };
    let before = company.snapshot().await;
    company.sim("chaos", json!({ "seed": week, "rate": 1, "kinds": kinds })).await;
    company.pass(3, requests).await;
    let now = company.snapshot().await;
    assert_eq!(
        (now.delegation.state, now.counts, now.pools),
        (DelegationState::Active, before.counts, before.pools)
    );
    company.sim("chaos", json!({ "rate": 0 })).await;
    company.pass(HEALING, requests).await;
    company.compare_directory(week).await;
}

/// An administrator withdraws the consent for three days: one state of the organisation, and afterwards all goes on.
async fn revocation(company: &mut Company, requests: &mut Requests) {
    let before = company.snapshot().await;
    company.sim("consent", json!({ "granted": false })).await;
    company.pass(DIRECTORY, requests).await;
    let now = company.snapshot().await;
    assert_eq!(now.delegation.reason, Some(Reason::ConsentRevoked));
    assert_eq!(
        (now.delegation.state, now.counts, now.pools),
        (DelegationState::Broken, before.counts, before.pools)
    );
    company.wait(u32::try_from(3 * DAY / HOUR).unwrap(), requests).await;
    company.sim("consent", json!({ "granted": true })).await;
    company.pass(HEALING, requests).await;
    let now = company.snapshot().await;
    assert_eq!((now.delegation.state, now.delegation.reason), (DelegationState::Active, None));
}
