//! Microsoft: requests in each ten seconds, refusals over the ceiling, and outages.

use crate::{
    database::peak,
    facts::{CEILING, RETRY_AFTER, TOKEN_LIFETIME, WINDOW},
    moment::Micros,
    random::Random,
    tally::Tally,
};

#[derive(Debug)]
pub(crate) struct Microsoft {
    outage: Option<(Micros, Micros)>,
    /// Requests to Graph, resource units of identity, and tokens, by window of ten seconds.
    requests: Vec<u32>,
    units: Vec<u32>,
    tokens: Vec<u32>,
}

fn add(buckets: &mut Vec<u32>, at: Micros, amount: u64) {
    let window = (at / WINDOW) as usize;
    if buckets.len() <= window {
        buckets.resize(window + 1, 0);
    }
    buckets[window] = buckets[window].saturating_add(u32::try_from(amount).unwrap_or(u32::MAX));
}

impl Microsoft {
    pub(crate) const fn new(outage: Option<(Micros, Micros)>) -> Self {
        Self { outage, requests: Vec::new(), units: Vec::new(), tokens: Vec::new() }
    }

    pub(crate) fn is_unreachable(&self, at: Micros) -> bool {
        self.outage.is_some_and(|(from, to)| (from..to).contains(&at))
    }

    /// Counts requests to Graph at this time, and their resource units: one for each request to the directory.
    pub(crate) fn count_requests(&mut self, at: Micros, requests: u64, units: u64) {
        add(&mut self.requests, at, requests);
        add(&mut self.units, at, units);
    }

    pub(crate) fn count_token(&mut self, at: Micros) {
        add(&mut self.tokens, at, 1);
    }

    /// Sends a batch. Over the ceiling it is refused, counts nevertheless, and is sent again after the wait that
    /// Microsoft gives. Returns the time at which it was admitted.
    pub(crate) fn admit(
        &mut self,
        mut at: Micros,
        parts: u64,
        random: &mut Random,
        tally: &mut Tally,
    ) -> Micros {
        loop {
            let window = (at / WINDOW) as usize;
            let before = self.requests.get(window).copied().unwrap_or(0);
            add(&mut self.requests, at, parts);
            if f64::from(before) + parts as f64 <= CEILING {
                return at;
            }
            tally.day(at).refused += parts;
            at += RETRY_AFTER + random.below(RETRY_AFTER / 2);
        }
    }

    pub(crate) fn peak_requests(&self, from: Micros, to: Micros) -> f64 {
        peak(&self.requests, from, to, WINDOW)
    }

    /// The peak in twenty seconds, which are two windows.
    pub(crate) fn peak_units(&self, from: Micros, to: Micros) -> f64 {
        let pairs: Vec<u32> = self.units.windows(2).map(|two| two[0].saturating_add(two[1])).collect();
        peak(&pairs, from, to, WINDOW)
    }

    /// Tokens that were fetched recently enough to be still cached.
    pub(crate) fn cached_tokens(&self, at: Micros) -> f64 {
        let (from, to) = ((at.saturating_sub(TOKEN_LIFETIME) / WINDOW) as usize, (at / WINDOW) as usize);
        let part = self.tokens.get(from..to.min(self.tokens.len())).unwrap_or_default();
        part.iter().map(|n| f64::from(*n)).sum()
    }
}
