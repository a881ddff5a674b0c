//! The same figures in closed form: means, without random values.

mod need;

use domain::schedule::{BATCH, IN_FLIGHT, PAGE, SCHEDULED_PERMITS, SWEEP_EVERY, SYNC_EVERY};

use crate::{
    cost::{self, Cost},
    facts::{self, AGAIN, CHECKLIST, DELTA_PAGE, ROW, TOKEN_LIFETIME, TRANSACTION, WINDOW},
    figures::Figures,
    load::Plan,
    moment::{days, micros, seconds},
    organisation::spread_on_average,
};

/// The mean of a random latency.
fn mean((median, sigma): (f64, f64)) -> f64 {
    median * (sigma * sigma / 2.0).exp()
}

/// Transactions with their rows and events.
#[derive(Clone, Copy, Default)]
struct Writes {
    transactions: f64,
    rows: f64,
    events: f64,
}

impl Writes {
    /// Adds `times` transactions of a kind.
    fn add(&mut self, times: f64, cost: Cost) {
        self.transactions += times;
        self.rows += times * cost.rows as f64;
        self.events += times * cost.events as f64;
    }

    /// Adds further rows and events of transactions that are counted already.
    fn also(&mut self, rows: f64, events: f64) {
        self.rows += rows + events;
        self.events += events;
    }

    fn seconds(&self) -> f64 {
        self.transactions * seconds(TRANSACTION) + self.rows * seconds(ROW)
    }
}

/// The figures of a day without failures.
pub(crate) fn figures(plan: &Plan) -> Figures {
    let (load, habits, deployment) = (&plan.load, &plan.load.habits, &plan.deployment);
    let (fleet, all) = (f64::from(load.organisations), f64::from(load.mailboxes));
    let replicas = deployment.replicas as f64;

    // Durations.
    let checklist = mean(facts::TOKEN) + CHECKLIST as f64 * mean(facts::CALL);
    let batch = mean(facts::BATCH) + 2.0 * seconds(TRANSACTION);
    let part = |n: f64, whole: f64| (n / whole).ceil();
    // The parallel batches of a page end about half a batch apart.
    let page_of = |n: f64| (part(n, BATCH as f64) / IN_FLIGHT as f64 + 0.65).max(1.0) * batch;

    // Rates a day, for one organisation.
    let hour = spread_on_average(days(micros(SYNC_EVERY)));
    let a_sync = checklist + mean(facts::DELTA) + 0.01 + 0.5 / replicas;
    let syncs = 1.0 / (hour + a_sync / 86_400.0);
    let sweeps = 1.0 / spread_on_average(days(micros(SWEEP_EVERY)));
    let need = all * habits.breakages * habits.mending;
    let need::Rates { checks, told_of } = need::rates(load, syncs, sweeps);
    // A check takes place only when there is a mailbox to check.
    let in_check = if need > 0.0 { need / (1.0 - (-need).exp()) } else { 1.0 };

    // Requests to Microsoft.
    let changed = all * (habits.changes + habits.breakages * habits.shown);
    let named = changed + all * habits.hires;
    let entries = named + all * habits.leavers;
    let each = entries / syncs;
    let with_changes = syncs * (1.0 - (-each).exp());
    let delta_pages = syncs * part(each, DELTA_PAGE as f64).max(1.0);
    let whole = syncs * batches_of(named / syncs);
    let (swept, checked) = (sweeps * (all + need), checks * in_check);
    let again_parts = (swept + checked) * AGAIN;
    let sweep_batches = sweeps * part(all + need, BATCH as f64);
    let check_batches = checks * part(in_check, BATCH as f64);
    let stale = 1.0 - valid_share(syncs, sweeps + checks, replicas);
    let tokens = syncs + (sweeps + checks) * stale;

    // Writes.
    let mut writes = Writes::default();
    cost::SYNC.iter().for_each(|cost| writes.add(syncs, *cost));
    writes.also(entries + with_changes * 3.0 + told_of, changed + all * habits.leavers + with_changes);
    for watch in [sweeps, checks] {
        [cost::POLL, cost::CLAIM, cost::END_CHECK].iter().for_each(|cost| writes.add(watch, *cost));
    }
    writes.also(2.0 * (sweeps + checks) + 2.0 * syncs - with_changes, 0.0);
    let pages = sweeps * part(all + need, PAGE as f64) + checks * part(in_check, PAGE as f64);
    writes.add(pages, cost::ADVANCE);
    writes.add(sweep_batches + check_batches, cost::SETTLE);
    let moved = 2.0 * all * habits.breakages;
    // Failed once, and cleared; changed state, with events and, because mostly alone in their batch, counts.
    writes.also(moved / 2.0 + sweeps * all * habits.hiccups * 2.0 + moved * 1.5, moved * 2.0);
    let gone = all * habits.leavers;
    writes.also(gone + 2.0 * sweeps, gone + 2.0 * sweeps);
    let fresh =
        1.0 - (1.0 - (syncs / 24.0 / replicas).min(1.0)) * (-(sweeps + checks) / 24.0 / replicas).exp();
    writes.add(24.0 * replicas * (1.0 + fresh), Cost::default());
    writes.also(writes.events, 0.0);

    // Time for which permits are taken.
    let full = ((all + need) / PAGE as f64).floor();
    let rest = (all + need) - full * PAGE as f64;
    let a_sweep = full * page_of(PAGE as f64) + if rest > 0.0 { page_of(rest) } else { 0.0 };
    let a_check = page_of(in_check.min(PAGE as f64)) * part(in_check, PAGE as f64);
    let whole_calls = batches_of(named / syncs) * mean(facts::CALL);
    let placed = syncs * (a_sync - 0.5 / replicas + whole_calls) + sweeps * a_sweep + checks * a_check;
    let parts = swept + checked + again_parts + named;

    // Peak: sweeps begin at random, so at some moment of the day this many of them are in progress.
    let under_way = fleet * sweeps * a_sweep / 86_400.0;
    let rate = (all + need) / a_sweep;
    let permits = SCHEDULED_PERMITS as f64 * replicas;
    let others = fleet * (checked + syncs * CHECKLIST as f64 + named) / 86_400.0;
    let peak = ((under_way + 4.0 * under_way.sqrt()).min(permits) * rate + others) * seconds(WINDOW);

    let of = |count: f64| fleet * count;
    Figures {
        syncs: of(syncs),
        checks: of(checks),
        sweeps: of(sweeps),
        tokens: of(tokens),
        probes: of(syncs * CHECKLIST as f64),
        delta_pages: of(delta_pages),
        batches: of(sweep_batches + check_batches + whole + again_parts),
        parts: of(parts),
        transactions: of(writes.transactions),
        rows: of(writes.rows),
        events: of(writes.events),
        listed: of(with_changes),
        audits: of(with_changes + sweeps * (1.0 - (-gone / sweeps).exp())),
        writing: of(writes.seconds()),
        placed: of(placed),
        cached_tokens: of(tokens) * seconds(TOKEN_LIFETIME) / 86_400.0,
        peak,
    }
}

/// The mean number of batches for a random number of people with this mean.
fn batches_of(mean: f64) -> f64 {
    let (mut probability, mut sum) = ((-mean).exp(), 0.0);
    if mean > 100.0 {
        return mean / BATCH as f64 + 0.5;
    }
    for many in 1_i32..400 {
        probability *= mean / f64::from(many);
        sum += probability * (f64::from(many) / BATCH as f64).ceil();
    }
    sum
}

/// Share of the time for which a replica has a valid token. Every sync fetches one, on any replica with a free permit;
/// a check fetches one when there is none.
fn valid_share(syncs: f64, checks: f64, replicas: f64) -> f64 {
    let life = days(TOKEN_LIFETIME);
    if replicas < 2.0 {
        return (life * syncs).min(1.0);
    }
    let (sync, any) = (syncs / replicas, (syncs + checks) / replicas);
    let fresh = ((sync * life).exp() - 1.0) / sync;
    fresh / (fresh + 1.0 / any)
}
