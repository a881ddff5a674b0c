//! Seeded misfortune: what goes wrong at Microsoft now and then, on demand.
//!
//! Chaos changes answers, never the truth: a client that tries again as it should ends with everything. What the
//! n-th request of a [`Call`] meets depends on the seed alone.

pub(crate) mod kind;

use std::collections::{BTreeMap, HashSet};

use serde::{Deserialize, Serialize};

use self::kind::Kind;
use crate::mix::{mix, pick, unit};

/// What is called; the requests of each are numbered by themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u64)]
pub(crate) enum Call {
    /// OpenID Connect discovery and signing keys.
    Discovery = 0,
    Token = 1,
    /// `/users`
    Listing = 2,
    /// `/users/delta`
    Delta = 3,
    /// Everything else in the directory.
    Directory = 4,
    /// A mailbox, in a request of its own.
    Mailbox = 5,
    Batch = 6,
}

/// A request, as far as it matters for what can go wrong.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Situation {
    pub(crate) call: Call,
    /// It follows the link of an earlier page.
    pub(crate) later_page: bool,
    /// It follows a delta link.
    pub(crate) delta_link: bool,
    /// Its token, as a hash, for calls that have one.
    pub(crate) token: Option<u64>,
}

/// What a request meets.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Strike {
    pub(crate) kind: Kind,
    /// Decides the details.
    pub(crate) dice: u64,
    /// Seconds to announce or to stall.
    pub(crate) wait: f64,
}

/// The shortest wait, in milliseconds.
const MIN_WAIT_MS: u64 = 50;

/// How a tenant's misfortune is set up.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Setup {
    #[serde(default)]
    pub(crate) seed: u64,
    /// The share of requests that meet something, 0 to 1.
    pub(crate) rate: f64,
    /// What may happen; everything when missing.
    #[serde(default = "Kind::all")]
    pub(crate) kinds: Vec<Kind>,
    /// Ends after so many strikes.
    pub(crate) times: Option<u32>,
    /// The longest wait, in milliseconds.
    #[serde(default = "one_second")]
    pub(crate) max_wait_ms: u64,
}

fn one_second() -> u64 {
    1000
}

/// The misfortune of one tenant.
#[derive(Debug)]
pub(crate) struct Chaos {
    setup: Setup,
    requests: [u64; 7],
    struck: BTreeMap<&'static str, u64>,
    /// Tokens that were used at least once.
    used: HashSet<u64>,
    /// Tokens that were refused, and stay so.
    refused: HashSet<u64>,
}

impl Chaos {
    pub(crate) fn new(setup: Setup) -> Self {
        Self {
            setup,
            requests: [0; 7],
            struck: BTreeMap::new(),
            used: HashSet::new(),
            refused: HashSet::new(),
        }
    }

    pub(crate) fn setup(&self) -> &Setup {
        &self.setup
    }

    /// How often each kind has struck.
    pub(crate) fn struck(&self) -> &BTreeMap<&'static str, u64> {
        &self.struck
    }

    /// What this request meets, if anything.
    pub(crate) fn strike(&mut self, situation: Situation) -> Option<Strike> {
        let call = situation.call as u64;
        let number = &mut self.requests[usize::try_from(call).unwrap_or(0)];
        *number += 1;
        // A token lives for one call at least: who renews it at every refusal gets on.
        let used = situation.token.is_some_and(|token| !self.used.insert(token));
        let dice = mix(&[self.setup.seed, call, *number]);
        if unit(dice) >= self.setup.rate || self.setup.times == Some(0) {
            return None;
        }
        let fitting: Vec<Kind> = self
            .setup
            .kinds
            .iter()
            .copied()
            .filter(|kind| kind.fits(situation) && (used || *kind != Kind::TokenRefused))
            .collect();
        if fitting.is_empty() {
            return None;
        }
        let kind = pick(&fitting, mix(&[dice, 1]));
        if let Some(left) = &mut self.setup.times {
            *left -= 1;
        }
        if let (Kind::TokenRefused, Some(token)) = (kind, situation.token) {
            self.refused.insert(token);
        }
        *self.struck.entry(kind.name()).or_default() += 1;
        let span = self.setup.max_wait_ms.saturating_sub(MIN_WAIT_MS).max(1);
        let millis = MIN_WAIT_MS.min(self.setup.max_wait_ms) + mix(&[dice, 2]) % span;
        let wait = f64::from(u32::try_from(millis).unwrap_or(u32::MAX)) / 1000.0;
        Some(Strike { kind, dice: mix(&[dice, 3]), wait })
    }

    /// Whether this token must be renewed.
    pub(crate) fn refuses(&self, token: u64) -> bool {
        self.refused.contains(&token)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(seed: u64, call: Call, count: usize) -> Vec<Option<Kind>> {
        let setup = Setup { seed, rate: 0.5, kinds: Kind::all(), times: None, max_wait_ms: 1000 };
        let mut chaos = Chaos::new(setup);
        let situation = Situation { call, later_page: true, delta_link: true, token: None };
        (0..count).map(|_| chaos.strike(situation).map(|strike| strike.kind)).collect()
    }

    #[test]
    fn the_seed_decides_and_nothing_else() {
        assert_eq!(kinds(7, Call::Batch, 200), kinds(7, Call::Batch, 200));
        assert_ne!(kinds(7, Call::Batch, 200), kinds(8, Call::Batch, 200));
        let struck = kinds(7, Call::Delta, 1000).into_iter().flatten().count();
        assert!((450..=550).contains(&struck), "{struck}");
    }

    #[test]
    fn every_kind_happens_somewhere() {
        let calls = [
            Call::Discovery,
            Call::Token,
            Call::Listing,
            Call::Delta,
            Call::Directory,
            Call::Mailbox,
            Call::Batch,
        ];
        let seen: HashSet<&str> =
            calls.into_iter().flat_map(|call| kinds(1, call, 2000)).flatten().map(Kind::name).collect();
        let missing: Vec<_> = Kind::all().into_iter().filter(|kind| !seen.contains(kind.name())).collect();
        // A token is refused only if it was used before, and these calls had none.
        assert_eq!(missing, [Kind::TokenRefused]);
    }
}
