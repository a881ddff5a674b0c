//! Asks Exchange what the directory does not show: shared mailboxes, rooms, and people who never had a mailbox.

use std::time::Duration;

use domain::{
    ids::Millis,
    schedule::{BATCH, HOUR},
};
use futures::{StreamExt, stream};
use microsoft::{Class, Eligibility, Exchange, Facts, License, Purpose, Tenant, eligibility};
use store::{Lease, PurposeAnswer, StoreError, UnclearMailbox};
use time::OffsetDateTime;

use super::{concurrency::TimeSlice, context::RunContext};
use crate::tenant::reasons::{described, moment};

/// Mailboxes that one sync asks about; the others are asked by the next ones.
const BUDGET: usize = 4_000;
/// Batches in flight.
const AT_ONCE: usize = 4;
/// How often one sync asks about a mailbox that gives no answer.
const ROUNDS: u32 = 4;
/// How long a mailbox that gave no answer is left alone.
const AGAIN_AFTER: Millis = HOUR;

/// The stored names of answers that name no purpose.
const NO_MAILBOX: &str = "no_mailbox";
const ON_PREMISES: &str = "on_premises";

/// Asks about the mailboxes that are due. Those that give no answer are left for the next sync.
pub(super) async fn ask(
    cx: &RunContext,
    lease: &Lease,
    tenant: &Tenant,
    slice: &TimeSlice,
) -> Result<(), StoreError> {
    let mut asked = 0;
    while asked < BUDGET && !slice.is_over() {
        let limit = (AT_ONCE * BATCH).min(BUDGET - asked);
        let due = cx.store.leased(lease).unclear_mailboxes(limit as u64).await?;
        if due.is_empty() {
            return Ok(());
        }
        asked += due.len();
        let Some(answers) = cx.request(lease, ask_all(tenant, due, cx.store.now())).await? else {
            return Ok(());
        };
        let unanswered = answers.iter().filter(|answer| answer.purpose.is_none()).count();
        let none = unanswered == answers.len();
        cx.store.leased(lease).record_purposes(&answers).await?;
        if unanswered > 0 {
            tracing::warn!(run.id = %lease.run, unanswered, "Exchange does not tell the kind of some mailboxes");
        }
        // Exchange does not answer at all: the other mailboxes are due at the next sync.
        if none {
            return Ok(());
        }
    }
    Ok(())
}

/// The answers about these mailboxes, after some rounds with longer and longer waits.
async fn ask_all(tenant: &Tenant, mut open: Vec<UnclearMailbox>, now: Millis) -> Vec<PurposeAnswer> {
    let mut answers = Vec::with_capacity(open.len());
    for round in 0..ROUNDS {
        if round > 0 {
            tokio::time::sleep(Duration::from_millis(250 << round)).await;
        }
        let batches: Vec<Vec<UnclearMailbox>> = open.chunks(BATCH).map(<[_]>::to_vec).collect();
        let batches = stream::iter(batches).map(|batch| async move {
            let ids: Vec<String> = batch.iter().map(|one| one.entra_id.clone()).collect();
            (batch, tenant.mailbox_purposes(&ids).await)
        });
        open = Vec::new();
        for (batch, answer) in batches.buffer_unordered(AT_ONCE).collect::<Vec<_>>().await {
            let Ok(purposes) = answer else {
                open.extend(batch);
                continue;
            };
            for (one, (_, purpose)) in batch.into_iter().zip(purposes) {
                // Some mailboxes always refuse to tell their kind, others only once: one refusal proves nothing.
                let vague = purpose == Ok(Purpose::Unknown) && round + 1 < ROUNDS;
                let answer = answered(&one, purpose.map_err(|failure| failure.class), now);
                if answer.purpose.is_some() && !vague {
                    answers.push(answer);
                } else {
                    open.push(one);
                }
            }
        }
        if open.is_empty() {
            break;
        }
    }
    let unanswered = open.iter().map(|one| answered(one, Err(Class::Unavailable), now));
    answers.extend(unanswered);
    answers
}

fn answered(one: &UnclearMailbox, purpose: Result<Purpose, Class>, now: Millis) -> PurposeAnswer {
    let exchange = purpose.map_or_else(Exchange::Refuses, Exchange::Opens);
    let facts = Facts {
        guest: one.guest,
        synchronised: one.on_premises,
        address: true,
        enabled: true,
        ..Facts::default()
    };
    let (kind, obstacle) = described(eligibility(&facts, exchange, moment(now)));
    let purpose = name_of(exchange);
    PurposeAnswer {
        id: one.id,
        purpose,
        kind,
        obstacle,
        again: purpose.is_none().then_some(now + AGAIN_AFTER),
    }
}

/// The stored name of an answer; `None` if it proves nothing.
fn name_of(exchange: Exchange) -> Option<&'static str> {
    match exchange {
        Exchange::Opens(purpose) => Some(purpose.as_str()),
        Exchange::Refuses(Class::MailboxNotEnabled | Class::UserNotFound) => Some(NO_MAILBOX),
        Exchange::Refuses(Class::MailboxOnPremises) => Some(ON_PREMISES),
        Exchange::Refuses(_) | Exchange::NotAsked => None,
    }
}

/// The answer with this stored name.
pub(super) fn answer_of(name: &str) -> Exchange {
    match name {
        NO_MAILBOX => Exchange::Refuses(Class::MailboxNotEnabled),
        ON_PREMISES => Exchange::Refuses(Class::MailboxOnPremises),
        purpose => Exchange::Opens(Purpose::read(purpose)),
    }
}

/// The kind of a mailbox that was read while it was connected, if Exchange named its purpose.
pub(super) fn kind_of(purpose: Purpose, licensed: bool, at: OffsetDateTime) -> Option<Eligibility> {
    let facts = Facts {
        license: licensed.then_some(License { since: None }),
        address: true,
        enabled: true,
        ..Facts::default()
    };
    (purpose != Purpose::Unknown).then(|| eligibility(&facts, Exchange::Opens(purpose), at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_stored_and_read_by_their_names() {
        for purpose in [
            Purpose::User,
            Purpose::Linked,
            Purpose::Shared,
            Purpose::Room,
            Purpose::Equipment,
            Purpose::Others,
            Purpose::Unknown,
        ] {
            let answer = Exchange::Opens(purpose);
            assert_eq!(name_of(answer).map(answer_of), Some(answer));
        }
        for class in [Class::MailboxNotEnabled, Class::MailboxOnPremises] {
            let answer = Exchange::Refuses(class);
            assert_eq!(name_of(answer).map(answer_of), Some(answer));
        }
        for class in [Class::Unavailable, Class::Unknown, Class::OutOfScope, Class::Throttled] {
            assert_eq!(name_of(Exchange::Refuses(class)), None);
        }
    }
}
