//! Prints the limits, and the first ones that break.

use super::{grouped, size};
use crate::{
    ladder::{self, Climb, MAX_ON_PAPER, Step},
    limits::{self, Limit},
    load::Plan,
};

pub(crate) fn limits(limits: &[Limit]) {
    println!("\n{:<36} {:>12} {:>12} {:>8}", "limits", "load", "allowed", "used");
    for limit in limits {
        let unit = if limit.unit.is_empty() { String::new() } else { format!(" {}", limit.unit) };
        println!(
            "{:<36} {:>12} {:>12} {:>6.1} %",
            limit.name,
            format!("{}{unit}", size(limit.load)),
            format!("{}{unit}", size(limit.max)),
            100.0 * limit.used()
        );
    }
}

/// Growth factors of organisations that each limit allows, in closed form: one column for each deployment.
pub(crate) fn room(plans: &[Plan]) {
    print!("\n{:<36}", "growth factor allowed, on paper");
    plans.iter().for_each(|plan| print!(" {:>24}", plan.deployment.name()));
    println!();
    let rows = plans.first().map(limits::on_paper).unwrap_or_default();
    for (row, limit) in rows.iter().enumerate() {
        print!("{:<36}", limit.name);
        for plan in plans {
            let room = ladder::on_paper(plan, row)
                .map_or(format!("over {MAX_ON_PAPER}"), |room| format!("{room:.1}"));
            print!(" {room:>24}");
        }
        println!();
    }
}

/// The limits that a deployment breaks first.
pub(crate) fn first(climb: &Climb, step: Option<&Step>) {
    let outage = if climb.outage.is_some() { ", after an outage" } else { "" };
    let name = format!("{}, {}{outage}", climb.deployment.name(), climb.growth.name());
    let Some(step) = step else {
        return println!("{name:<62} no limit breaks up to x {:.0}", climb.max);
    };
    println!(
        "{name:<62} x {:.2}: {} x {}",
        step.factor,
        grouped(step.load.organisations.into()),
        grouped(step.load.mailboxes.into())
    );
    for limit in step.broken() {
        println!("    {}: {} of {} {}", limit.name, size(limit.load), size(limit.max), limit.unit);
        println!("        {}", limit.remedy);
    }
}
