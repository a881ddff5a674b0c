//! What chaos makes of a batch that itself succeeds.

use crate::chaos::kind::Kind;
use crate::graph::context::{Context, GraphRequest};
use crate::graph::error::GraphError;
use crate::mix::{mix, pick};

/// The refusal of one part, if chaos throttles it: about one in three, and the first in any case.
pub(super) fn refusal(context: &Context<'_>, request: &GraphRequest, place: usize) -> Option<GraphError> {
    let strike = context.strike.filter(|strike| strike.kind == Kind::ThrottledParts)?;
    let hit = place == 0 || mix(&[strike.dice, place as u64]).is_multiple_of(3);
    hit.then(|| {
        GraphError::new(429, "TooManyRequests", "Too many requests.")
            .wait(strike.wait, Some(request.target()))
    })
}

/// Whether the client sees all parts. The wait that a missing one announces is nothing it could keep to.
pub(super) fn tells_everything(context: &Context<'_>) -> bool {
    context.strike.is_none_or(|strike| strike.kind != Kind::PartMissing)
}

/// The answers as they go out: in any order, and with chaos not even all of them.
pub(super) fn rearranged(context: &Context<'_>, answers: Vec<String>) -> Vec<String> {
    let Some(strike) = context.strike.filter(|_| !answers.is_empty()) else {
        return super::shuffled(answers);
    };
    let places: Vec<usize> = (0..answers.len()).collect();
    let place = pick(&places, strike.dice);
    match strike.kind {
        Kind::PartsReordered => answers.into_iter().rev().collect(),
        Kind::PartMissing => {
            let mut left = super::shuffled(answers);
            left.remove(place);
            left
        }
        Kind::PartDuplicated => {
            let mut more = super::shuffled(answers);
            more.push(more[place].clone());
            more
        }
        _ => super::shuffled(answers),
    }
}
