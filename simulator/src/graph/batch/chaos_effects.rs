//! Chaos in the parts of a batch that itself succeeds, and the order of its answers.

use crate::chaos::kind::Kind;
use crate::entropy::random_bytes;
use crate::graph::context::{Context, GraphRequest};
use crate::graph::error::GraphError;
use crate::mix::{mix, pick};

/// Errors of parts that Microsoft documents nowhere, or not for mailboxes.
const ODD: [(u16, &str); 6] = [
    (400, "ErrorMailboxConfiguration"),
    (400, "Request_BadRequest"),
    (401, "Unauthorized"),
    (403, "accessDenied"),
    (403, "UnknownError"),
    (410, "Gone"),
];

/// The refusal of one part, if chaos refuses it. Throttled are the first part always, others with a probability of one
/// third; odd is one part.
pub(super) fn refusal(
    context: &Context<'_>,
    request: &GraphRequest,
    (index, parts): (usize, usize),
) -> Option<GraphError> {
    let injection = context.injection?;
    if injection.kind == Kind::PartOdd {
        let (status, code) = pick(&ODD, mix(&[injection.random, 1]));
        let hit = injection.random % parts.max(1) as u64 == index as u64;
        return hit.then(|| GraphError::new(status, code, "x"));
    }
    if injection.kind != Kind::ThrottledParts {
        return None;
    }
    let is_hit = |index: &usize| *index == 0 || mix(&[injection.random, *index as u64]).is_multiple_of(3);
    let hits = (0..parts).filter(is_hit).count();
    // Exchange counts for each mailbox: only if most parts are throttled, the limit is that of the tenant.
    let everyone = (hits > 1 && hits * 2 > parts).then(|| request.target());
    is_hit(&index)
        .then(|| GraphError::new(429, "TooManyRequests", "Too many requests.").wait(injection.wait, everyone))
}

/// Whether the answer of this part has null instead of headers.
pub(super) fn is_without_headers(context: &Context<'_>, (index, parts): (usize, usize)) -> bool {
    let injection = context.injection.filter(|injection| injection.kind == Kind::PartWithoutHeaders);
    injection.is_some_and(|injection| injection.random % parts.max(1) as u64 == index as u64)
}

/// Whether the client gets all parts. It cannot respect the wait that a missing part announces.
pub(super) fn includes_all_parts(context: &Context<'_>) -> bool {
    context.injection.is_none_or(|injection| injection.kind != Kind::PartMissing)
}

/// The answers in response order: shuffled, and with chaos reversed, incomplete or with a duplicate.
pub(super) fn rearranged(context: &Context<'_>, answers: Vec<String>) -> Vec<String> {
    let Some(injection) = context.injection.filter(|_| !answers.is_empty()) else {
        return shuffled(answers);
    };
    let indexes: Vec<usize> = (0..answers.len()).collect();
    let index = pick(&indexes, injection.random);
    match injection.kind {
        Kind::PartsReordered => answers.into_iter().rev().collect(),
        Kind::PartMissing => {
            let mut left = shuffled(answers);
            left.remove(index);
            left
        }
        Kind::PartDuplicated => {
            let mut more = shuffled(answers);
            more.push(more[index].clone());
            more
        }
        _ => shuffled(answers),
    }
}

/// Shuffles answers, so that clients cannot rely on their order.
fn shuffled(answers: Vec<String>) -> Vec<String> {
    let seed = u64::from_be_bytes(random_bytes());
    let mut placed: Vec<(u64, String)> =
        answers.into_iter().enumerate().map(|(index, answer)| (mix(&[seed, index as u64]), answer)).collect();
    placed.sort_by_key(|(order, _)| *order);
    placed.into_iter().map(|(_, answer)| answer).collect()
}
