//! Computes the load of the fleet that the product is made for, 10,000 organisations of 10,000 mailboxes: in closed
//! form, and by a discrete-event simulation of the schedule, the replicas, the database and Microsoft's limits. Then
//! searches for the limit that breaks first when the fleet grows. `cargo xtask bench scale` starts it; `docs/scale.md`
//! has the results.
//!
//! | subject | module |
//! |---|---|
//! | assumptions about people; facts about Microsoft and the database | [`load`], [`facts`] |
//! | rows and events that each transaction of the server writes | [`cost`] |
//! | the simulation, event by event | [`fleet`] |
//! | the same in closed form | [`paper`] |
//! | limits, and the remedies when they are reached | [`limits`] |

mod cost;
mod database;
mod facts;
mod figures;
mod fleet;
mod ladder;
mod limits;
mod load;
mod microsoft;
mod moment;
mod organisation;
mod paper;
mod print;
mod queue;
mod random;
mod run;
mod tally;
#[cfg(test)]
mod tests;

use anyhow::{Result, ensure};
use clap::Parser;

use figures::Figures;
use fleet::Fleet;
use ladder::{Climb, Growth};
use load::{Deployment, Engine, Habits, Load, Plan};
use moment::{HOUR, MINUTE, micros};

/// Start of Microsoft's outage: six in the morning of the second day.
const AWAY_FROM: u64 = 30 * HOUR;
/// Numbers of replicas with enough permits to exceed Microsoft's limit: with larger, and with more organisations.
const MANY: [(usize, Growth); 2] = [(5, Growth::Mailboxes), (6, Growth::Organisations)];

#[derive(Parser)]
#[command(about)]
struct Args {
    #[arg(long, default_value_t = 10_000)]
    organisations: u32,
    /// Number of mailboxes of each organisation.
    #[arg(long, default_value_t = 10_000)]
    mailboxes: u32,
    #[arg(long, default_value_t = 3)]
    replicas: usize,
    /// One process on SQLite instead of replicas on PostgreSQL.
    #[arg(long)]
    sqlite: bool,
    #[arg(long, default_value_t = 2)]
    days: u64,
    /// How long Microsoft is unavailable on the second day.
    #[arg(long, default_value_t = 30)]
    outage_minutes: u64,
    /// The same seed gives the same figures.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Size of the database's disk.
    #[arg(long, default_value_t = 1_000.0)]
    disk_gb: f64,
    /// Simulate only the days, without searching for the first limit that breaks.
    #[arg(long)]
    no_growth: bool,
    /// Virtual hours of each step of growth.
    #[arg(long, default_value_t = 3)]
    growth_hours: u64,
    /// The largest growth factor.
    #[arg(long, default_value_t = 16.0)]
    growth_max: f64,
}

fn main() -> Result<()> {
    let args = Args::parse();
    ensure!(args.organisations > 0 && args.mailboxes > 0, "the fleet must not be empty");
    ensure!(
        args.days > 0 && args.replicas > 0 && args.growth_hours > 0,
        "days, replicas and growth hours must be above 0"
    );
    let on = |engine, replicas| Deployment { engine, replicas, disk: args.disk_gb * 1e9 };
    let deployment = match args.sqlite {
        true => on(Engine::Sqlite, 1),
        false => on(Engine::Postgres, args.replicas),
    };
    let load =
        Load { organisations: args.organisations, mailboxes: args.mailboxes, habits: Habits::default() };
    let until = args.days * micros(domain::schedule::DAY);
    let outage = (args.outage_minutes > 0).then_some((AWAY_FROM, AWAY_FROM + args.outage_minutes * MINUTE));
    let plan = Plan { load: load.clone(), deployment: deployment.clone(), seed: args.seed, until, outage };

    let mut fleet = Fleet::new(plan.clone());
    fleet.run();
    let (simulated, paper) = (Figures::of(&fleet, 0), paper::figures(&plan));
    print::assumptions(&plan);
    print::day(&load, &simulated, &paper, &deployment);
    print::storage(&load, &simulated, &deployment);
    print::peaks(&fleet);
    print::limits(&limits::all(&plan, &simulated, Some(&fleet)));
    println!("{} events simulated", print::grouped(fleet.events() as f64));
    drop(fleet);
    print::replicas(&[1, 3].map(|replicas| {
        let mut fleet = Fleet::new(Plan { deployment: on(Engine::Postgres, replicas), ..plan.clone() });
        fleet.run();
        fleet
    }));
    if !args.no_growth {
        let deployments = [on(Engine::Postgres, 3), on(Engine::Postgres, 1), on(Engine::Sqlite, 1)];
        print::room(&deployments.clone().map(|deployment| Plan { deployment, ..plan.clone() }));
        grow(
            &args,
            &load,
            &deployments,
            &MANY.map(|(replicas, growth)| (on(Engine::Postgres, replicas), growth)),
        );
    }
    Ok(())
}

fn grow(args: &Args, load: &Load, deployments: &[Deployment], many: &[(Deployment, Growth)]) {
    println!("\nthe first limit that breaks");
    let climb = |deployment: &Deployment| Climb {
        load: load.clone(),
        deployment: deployment.clone(),
        growth: Growth::Organisations,
        seed: args.seed,
        time: args.growth_hours * HOUR,
        outage: None,
        max: args.growth_max,
    };
    let after_outage = |deployment: &Deployment| {
        let outage = Some((30 * MINUTE, 30 * MINUTE + args.outage_minutes * MINUTE));
        Climb { outage, time: (args.outage_minutes + 60) * MINUTE, ..climb(deployment) }
    };
    let mut climbs = Vec::new();
    for deployment in deployments {
        let larger = Climb { growth: Growth::Mailboxes, ..climb(deployment) };
        climbs.extend([climb(deployment), larger, after_outage(deployment)]);
    }
    climbs.extend(
        many.iter().map(|(deployment, growth)| Climb { growth: *growth, ..after_outage(deployment) }),
    );
    for climb in climbs {
        print::first(&climb, climb.first().as_ref());
    }
}
