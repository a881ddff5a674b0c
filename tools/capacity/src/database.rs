//! The database: a fixed number of writers, which execute transactions in the order of their arrival.

use crate::{
    cost::Cost,
    facts::{ROW, TRANSACTION},
    load::Deployment,
    moment::{Micros, SECOND},
    tally::Tally,
};

#[derive(Debug)]
pub(crate) struct Database {
    /// The time from which each writer is free.
    free_at: Vec<Micros>,
    /// Transactions by second.
    seconds: Vec<u32>,
}

impl Database {
    pub(crate) fn new(deployment: &Deployment) -> Self {
        Self { free_at: vec![0; deployment.writers()], seconds: Vec::new() }
    }

    /// Writes one transaction. Returns the time of its commit.
    pub(crate) fn write(&mut self, at: Micros, cost: Cost, tally: &mut Tally) -> Micros {
        self.write_many(at, 1, cost, tally)
    }

    /// Writes transactions of one kind, one after another; `cost` is their sum.
    pub(crate) fn write_many(
        &mut self,
        at: Micros,
        transactions: u64,
        cost: Cost,
        tally: &mut Tally,
    ) -> Micros {
        let took = transactions * TRANSACTION + cost.rows * ROW;
        let mut end = at;
        if let Some(writer) = self.free_at.iter_mut().min() {
            end = at.max(*writer) + took;
            *writer = end;
        }
        let day = tally.day(at);
        day.transactions += transactions;
        day.rows += cost.rows;
        day.events += cost.events;
        day.writing += took;
        let second = (end / SECOND) as usize;
        if self.seconds.len() <= second {
            self.seconds.resize(second + 1, 0);
        }
        self.seconds[second] += u32::try_from(transactions).unwrap_or(u32::MAX);
        end
    }

    /// The maximum number of transactions in a second between these times.
    pub(crate) fn peak(&self, from: Micros, to: Micros) -> f64 {
        peak(&self.seconds, from, to, SECOND)
    }
}

/// The largest of the buckets between these times.
pub(crate) fn peak(buckets: &[u32], from: Micros, to: Micros, width: Micros) -> f64 {
    let (from, to) = ((from / width) as usize, (to / width) as usize);
    let part = buckets.get(from..to.min(buckets.len())).unwrap_or_default();
    f64::from(part.iter().copied().max().unwrap_or(0))
}
