//! Prints how late the hourly sync and the daily sweep are with fewer replicas.

use super::{grouped, span};
use crate::{
    fleet::Fleet,
    tally::{Lateness, Tally},
};

/// Lateness by day.
type List = fn(&Tally) -> &[Lateness; 2];

/// One column for each number of replicas, and for the calm day and those with an outage.
pub(crate) fn replicas(fleets: &[Fleet]) {
    print!("\n{:<36}", "from due to done");
    for fleet in fleets {
        let name = match fleet.plan.deployment.replicas {
            1 => "1 replica".to_owned(),
            n => format!("{n} replicas"),
        };
        print!(" {:>16} {:>16}", format!("{name}, calm"), "with an outage");
    }
    println!();
    let line = |name: String, of: &dyn Fn(&Fleet, usize) -> String| {
        print!("{name:<36}");
        for fleet in fleets {
            print!(" {:>16} {:>16}", of(fleet, 0), of(fleet, 1));
        }
        println!();
    };
    let lists: [(&str, List); 2] =
        [("a sync", |tally| &tally.sync_late), ("a sweep", |tally| &tally.sweep_late)];
    for (name, list) in lists {
        for (label, part) in [("p50", 0.5), ("p99", 0.99), ("p99.9", 0.999)] {
            line(format!("{name}, {label}"), &|fleet, day| span(list(&fleet.tally)[day].quantile(part)));
        }
        line(format!("{name}, longest"), &|fleet, day| span(list(&fleet.tally)[day].max()));
    }
    line("all permits taken, of the time".to_owned(), &|fleet, day| {
        let of = fleet.tally.of_day(day);
        format!("{:.2} %", 100.0 * of.full_places as f64 / of.polls.max(1) as f64)
    });
    line("waiting runs, most".to_owned(), &|fleet, day| grouped(fleet.tally.of_day(day).most_waiting as f64));
}
