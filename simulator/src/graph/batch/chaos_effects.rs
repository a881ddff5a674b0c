//! Chaos in the parts of a batch that itself succeeds, and the order of its answers.

use crate::chaos::kind::Kind;
use crate::entropy::random_bytes;
use crate::graph::context::{Context, GraphRequest};
use crate::graph::error::GraphError;
use crate::mix::{mix, pick};

/// The refusal of one part, if chaos throttles it: the first part always, others with a probability of one third.
pub(super) fn refusal(context: &Context<'_>, request: &GraphRequest, index: usize) -> Option<GraphError> {
    let injection = context.injection.filter(|injection| injection.kind == Kind::ThrottledParts)?;
    let hit = index == 0 || mix(&[injection.random, index as u64]).is_multiple_of(3);
    hit.then(|| {
        GraphError::new(429, "TooManyRequests", "Too many requests.")
            .wait(injection.wait, Some(request.target()))
    })
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
