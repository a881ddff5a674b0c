//! Seeded injection of the failures that occur at Microsoft now and then.
//!
//! Chaos changes answers, never the directory: a client that retries correctly gets all data. The failure of the n-th
//! request of a [`Call`](call::Call) depends only on the seed.

pub(crate) mod call;
pub(crate) mod kind;

use std::collections::{BTreeMap, HashSet};

use serde::{Deserialize, Serialize};

use self::call::Situation;
use self::kind::Kind;
use crate::mix::{mix, pick, unit};

/// The failure that is injected into a request.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Injection {
    pub(crate) kind: Kind,
    /// Random number for the details.
    pub(crate) random: u64,
    /// Seconds to announce or to stall.
    pub(crate) wait: f64,
}

/// The shortest wait, in milliseconds.
const MIN_WAIT_MS: u64 = 50;

/// Settings of a tenant's chaos.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Setup {
    #[serde(default)]
    pub(crate) seed: u64,
    /// The share of requests that fail, 0 to 1.
    pub(crate) rate: f64,
    /// The kinds to inject; all when missing.
    #[serde(default = "Kind::all")]
    pub(crate) kinds: Vec<Kind>,
    /// The number of injections after which chaos ends.
    pub(crate) times: Option<u32>,
    /// The longest wait, in milliseconds.
    #[serde(default = "one_second")]
    pub(crate) max_wait_ms: u64,
}

fn one_second() -> u64 {
    1000
}

/// The chaos of one tenant.
#[derive(Debug)]
pub(crate) struct Chaos {
    setup: Setup,
    requests: [u64; 7],
    injected: BTreeMap<&'static str, u64>,
    /// Tokens that were used at least once.
    used: HashSet<u64>,
    /// Tokens that were refused, and will be refused again.
    refused: HashSet<u64>,
}

impl Chaos {
    pub(crate) fn new(setup: Setup) -> Self {
        Self {
            setup,
            requests: [0; 7],
            injected: BTreeMap::new(),
            used: HashSet::new(),
            refused: HashSet::new(),
        }
    }

    pub(crate) fn setup(&self) -> &Setup {
        &self.setup
    }

    /// The number of injections of each kind.
    pub(crate) fn injected(&self) -> &BTreeMap<&'static str, u64> {
        &self.injected
    }

    /// Counts a request and returns the failure to inject into it, if any.
    pub(crate) fn inject(&mut self, situation: Situation) -> Option<Injection> {
        let call = situation.call as u64;
        let number = &mut self.requests[usize::try_from(call).unwrap_or(0)];
        *number += 1;
        // A token is accepted at least once, so a client that renews it at every refusal makes progress.
        let used = situation.token.is_some_and(|token| !self.used.insert(token));
        let random = mix(&[self.setup.seed, call, *number]);
        if unit(random) >= self.setup.rate || self.setup.times == Some(0) {
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
        let kind = pick(&fitting, mix(&[random, 1]));
        if let Some(left) = &mut self.setup.times {
            *left -= 1;
        }
        if let (Kind::TokenRefused, Some(token)) = (kind, situation.token) {
            self.refused.insert(token);
        }
        *self.injected.entry(kind.name()).or_default() += 1;
        let span = self.setup.max_wait_ms.saturating_sub(MIN_WAIT_MS).max(1);
        let millis = MIN_WAIT_MS.min(self.setup.max_wait_ms) + mix(&[random, 2]) % span;
        let wait = f64::from(u32::try_from(millis).unwrap_or(u32::MAX)) / 1000.0;
        Some(Injection { kind, random: mix(&[random, 3]), wait })
    }

    /// Whether this token must be renewed.
    pub(crate) fn refuses(&self, token: u64) -> bool {
        self.refused.contains(&token)
    }
}

#[cfg(test)]
mod tests {
    use super::call::Call;
    use super::*;

    fn kinds(seed: u64, call: Call, count: usize) -> Vec<Option<Kind>> {
        let setup = Setup { seed, rate: 0.5, kinds: Kind::all(), times: None, max_wait_ms: 1000 };
        let mut chaos = Chaos::new(setup);
        let situation = Situation { call, later_page: true, delta_link: true, token: None };
        (0..count).map(|_| chaos.inject(situation).map(|injection| injection.kind)).collect()
    }

    #[test]
    fn the_same_seed_injects_the_same_kinds() {
        assert_eq!(kinds(7, Call::Batch, 200), kinds(7, Call::Batch, 200));
        assert_ne!(kinds(7, Call::Batch, 200), kinds(8, Call::Batch, 200));
        let injected = kinds(7, Call::Delta, 1000).into_iter().flatten().count();
        assert!((450..=550).contains(&injected), "{injected}");
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
        // A token is refused only if it was used before, and these calls have no token.
        assert_eq!(missing, [Kind::TokenRefused]);
    }
}
