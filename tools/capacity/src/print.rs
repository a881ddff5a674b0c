//! Prints the tables.

mod growth;
mod replicas;

pub(crate) use growth::{first, limits, room};
pub(crate) use replicas::replicas;

use crate::{
    facts,
    figures::{Figures, Storage},
    fleet::Fleet,
    load::{Deployment, Load, Plan},
    moment::{days, micros, seconds},
    tally::{Account, Lateness},
};

/// A number with commas between thousands.
pub(crate) fn grouped(number: f64) -> String {
    let digits = format!("{:.0}", number.abs());
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn size(number: f64) -> String {
    match number.abs() {
        n if n >= 100.0 => grouped(number),
        n if n >= 10.0 => format!("{number:.1}"),
        _ => format!("{number:.2}"),
    }
}

fn span(time: f64) -> String {
    match time {
        t if t < 120.0 => format!("{t:.1} s"),
        t if t < 7_200.0 => format!("{:.1} min", t / 60.0),
        t => format!("{:.1} h", t / 3_600.0),
    }
}

pub(crate) fn assumptions(plan: &Plan) {
    let (load, habits) = (&plan.load, &plan.load.habits);
    println!(
        "{} organisations x {} mailboxes = {}, on {}, seed {}",
        grouped(load.organisations.into()),
        grouped(load.mailboxes.into()),
        grouped(load.all()),
        plan.deployment.name(),
        plan.seed
    );
    println!(
        "assumed a day, of all mailboxes: {:.2} % hired, {:.2} % leave, {:.2} % change in the directory, {:.2} % break and are \
         repaired after {} d ({:.0} % of them in the directory); {:.1} % of the organisations withdraw consent for {} d",
        100.0 * habits.hires,
        100.0 * habits.leavers,
        100.0 * habits.changes,
        100.0 * habits.breakages,
        habits.mending,
        100.0 * habits.shown,
        100.0 * habits.withdrawals,
        habits.returning
    );
}

/// Simulation and closed form, side by side.
pub(crate) fn day(load: &Load, simulated: &Figures, paper: &Figures, deployment: &Deployment) {
    println!("\n{:<44} {:>15} {:>15} {:>8}", "a calm day", "simulated", "on paper", "differ");
    let line = |name: &str, of: &dyn Fn(&Figures) -> f64| {
        let (one, two) = (of(simulated), of(paper));
        println!("{name:<44} {:>15} {:>15} {:>6.1} %", size(one), size(two), 100.0 * (one / two - 1.0));
    };
    line("syncs", &|of| of.syncs);
    line("checks of what needs attention", &|of| of.checks);
    line("sweeps", &|of| of.sweeps);
    line("token requests", &|of| of.tokens);
    line("permission probes (organisation, user, inbox)", &|of| of.probes);
    line("delta pages", &|of| of.delta_pages);
    line("batches", &|of| of.batches);
    line("requests in batches", &|of| of.parts);
    line("requests to Graph, as Microsoft counts", &Figures::requests);
    line("  by mailbox", &|of| of.requests() / load.all());
    line("  a second", &|of| of.requests() / 86_400.0);
    line("  most in 10 s (ceiling 130,000)", &|of| of.peak);
    line("database transactions", &|of| of.transactions);
    line("  a second", &|of| of.transactions / 86_400.0);
    line("rows written", &|of| of.rows);
    line("events", &|of| of.events);
    line("  of writers' time, %", &|of| 100.0 * of.busy(deployment));
    line("tokens cached", &|of| of.cached_tokens);
    line("permits taken", &Figures::permits);
    line("cores busy, at most", &Figures::cores);
    line("replicas needed, by their permits", &Figures::replicas);
    line("database after a year, GB", &|of| Storage::of(load, of, deployment).total() / 1e9);
}

pub(crate) fn storage(load: &Load, figures: &Figures, deployment: &Deployment) {
    let all = Storage::of(load, figures, deployment);
    println!("\n{:<44} {:>15} {:>15} {:>8}", "content of the database", "rows", "bytes a row", "GB");
    let line = |name: &str, rows: f64, bytes: f64| {
        println!("{name:<44} {:>15} {bytes:>15.0} {:>8.1}", grouped(rows), rows * bytes / 1e9);
    };
    line("mailboxes", all.mailboxes, all.bytes.mailbox);
    line("events of 14 days", all.events, all.bytes.event);
    line("runs (of a year, those with findings)", all.runs, all.bytes.run);
    line("lines of the audit log of a year", all.audits, all.bytes.audit);
    println!("{:<44} {:>40.1}", "total", all.total() / 1e9);
    println!("{:<44} {:>40.3}", "tokens in memory", figures.cached_tokens * facts::TOKEN_BYTES / 1e9);
}

/// The calm first day beside the following ones: on the second day Microsoft is unavailable.
pub(crate) fn peaks(fleet: &Fleet) {
    let a_day = micros(domain::schedule::DAY);
    let end = fleet.plan.until;
    println!("\n{:<44} {:>15} {:>15} {:>15}", "peaks and waits", "a calm day", "with an outage", "allowed");
    let line = |name: &str, calm: String, after: String, most: &str| {
        println!("{name:<44} {calm:>15} {after:>15} {most:>15}");
    };
    let both = |of: &dyn Fn(u64, u64) -> f64| (grouped(of(0, a_day)), grouped(of(a_day, end)));
    let (calm, after) = both(&|from, to| fleet.microsoft.peak_requests(from, to));
    line("requests to Graph in 10 s", calm, after, &grouped(facts::CEILING));
    let (calm, after) = both(&|from, to| fleet.microsoft.peak_units(from, to));
    line("directory units in 20 s", calm, after, &grouped(facts::APP_UNITS));
    let (calm, after) = both(&|from, to| fleet.database.peak(from, to));
    line("transactions in a second", calm, after, "");
    let [one, two] = [0, 1].map(|day| fleet.tally.of_day(day));
    line("requests over the ceiling", grouped(one.refused as f64), grouped(two.refused as f64), "0");
    let full =
        |of: &crate::tally::Day| format!("{:.2} %", 100.0 * of.full_looks as f64 / of.polls.max(1) as f64);
    line("polls that found more than they take", full(&one), full(&two), "");
    let late = |name: &str, of: &[Lateness; 2], most: &str| {
        for (label, part) in [("p50", 0.5), ("p99", 0.99)] {
            let [calm, after] = [0, 1].map(|phase| span(of[phase].quantile(part)));
            line(&format!("{name}, {label}"), calm, after, if part > 0.9 { most } else { "" });
        }
        let [calm, after] = [0, 1].map(|phase| span(of[phase].max()));
        line(&format!("{name}, longest"), calm, after, "");
    };
    late("from due to done, a sync", &fleet.tally.sync_late, "15 min");
    late("from due to done, a sweep", &fleet.tally.sweep_late, "6 h");
    println!("{:<44} {:>15}", "batches under way at once, most", grouped(fleet.tally.most_in_flight as f64));
    println!(
        "requests to one mailbox at once: 1 of {:.0}; directory units of one organisation in 10 s: at most {} of {:.0}",
        facts::AT_ONE_MAILBOX,
        facts::CHECKLIST_UNITS + facts::DELTA_PAGE + 1,
        facts::TENANT_UNITS
    );
    if let Some((from, to)) = fleet.plan.outage {
        println!(
            "Microsoft was unavailable for {} from {} of day {:.0}",
            span(seconds(to - from)),
            span(seconds(from % a_day)),
            days(from).floor() + 1.0
        );
    }
    for (name, of) in [("syncs", &fleet.tally.syncs), ("sweeps", &fleet.tally.sweeps)] {
        let Account { due, done, refused, merged, open } = of;
        println!(
            "{name}: {due} due, {done} done, {refused} refused by the tenant, {merged} not begun (one in progress already, or \
             consent withdrawn), {open} open at the end"
        );
    }
}
