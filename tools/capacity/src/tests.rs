//! Tests of the simulation and the closed form, on fleets small enough to be simulated at once.

use crate::{
    figures::Figures,
    fleet::Fleet,
    ladder::{Climb, Growth},
    load::{Deployment, Engine, Habits, Load, Plan},
    moment::{HOUR, MINUTE, micros},
    paper,
    tally::Tally,
};

fn plan(organisations: u32, mailboxes: u32, replicas: usize) -> Plan {
    Plan {
        load: Load { organisations, mailboxes, habits: Habits::default() },
        deployment: Deployment { engine: Engine::Postgres, replicas, disk: 1e12 },
        seed: 7,
        until: micros(domain::schedule::DAY),
        outage: None,
    }
}

fn simulated(plan: &Plan) -> Fleet {
    let mut fleet = Fleet::new(plan.clone());
    fleet.run();
    fleet
}

/// Every due sync and sweep has an outcome.
fn assert_conserved(tally: &Tally) {
    for (of, late) in [(&tally.syncs, &tally.sync_late), (&tally.sweeps, &tally.sweep_late)] {
        assert_eq!(of.due, of.done + of.refused + of.merged + of.open, "{of:?}");
        assert_eq!(late[0].many() + late[1].many(), of.done + of.open);
    }
}

#[test]
fn the_closed_form_agrees_with_the_simulation() {
    for (replicas, mailboxes) in [(1, 2_000), (3, 2_000), (3, 4_000)] {
        let plan = plan(300, mailboxes, replicas);
        let (one, two) = (Figures::of(&simulated(&plan), 0), paper::figures(&plan));
        let within = |name: &str, part: f64, of: &dyn Fn(&Figures) -> f64| {
            let (simulated, paper) = (of(&one), of(&two));
            assert!(
                (simulated / paper - 1.0).abs() < part,
                "{name}: {simulated} simulated, {paper} on paper"
            );
        };
        within("syncs", 0.02, &|of| of.syncs);
        within("sweeps", 0.05, &|of| of.sweeps);
        within("checks", 0.06, &|of| of.checks);
        within("tokens", 0.06, &|of| of.tokens);
        within("delta pages", 0.03, &|of| of.delta_pages);
        within("batches", 0.05, &|of| of.batches);
        within("requests", 0.05, &Figures::requests);
        within("transactions", 0.05, &|of| of.transactions);
        within("rows", 0.05, &|of| of.rows);
        within("events", 0.05, &|of| of.events);
        within("writing", 0.05, &|of| of.writing);
        within("permits", 0.06, &|of| of.placed);
    }
}

#[test]
fn the_same_seed_gives_the_same_day() {
    let plan = plan(40, 500, 3);
    assert_eq!(simulated(&plan).tally, simulated(&plan).tally);
    let other = Plan { seed: 8, ..plan.clone() };
    assert_ne!(simulated(&plan).tally, simulated(&other).tally);
}

#[test]
fn everything_due_is_done_or_counted_late() {
    let calm = simulated(&plan(200, 1_000, 3));
    assert_conserved(&calm.tally);
    assert!(calm.tally.syncs.done > 4_000 && calm.tally.sweeps.done > 150);
    // A sweep of these takes over half an hour, and there are more of them than permits.
    let too_much = simulated(&Plan { until: 20 * MINUTE, ..plan(8_000, 200_000, 1) });
    assert_conserved(&too_much.tally);
    assert!(too_much.tally.sweeps.open > 50);
    // Few of the permits are for scheduled runs, so that together they cannot send too many requests.
    let peak = too_much.microsoft.peak_requests(0, 20 * MINUTE);
    assert!((20_000.0..30_000.0).contains(&peak), "{peak}");
}

#[test]
fn departed_mailboxes_are_not_checked() {
    let few = plan(100, 2_000, 1);
    let mut many = few.clone();
    (many.load.habits.leavers, many.load.habits.hires) = (0.01, 0.01);
    for of in [|plan: &Plan| Figures::of(&simulated(plan), 0), paper::figures] {
        let [few, many] = [&few, &many].map(of).map(|of| of.requests() / of.sweeps);
        // Only the directory has more to read.
        assert!((1.0..1.03).contains(&(many / few)), "{many} and {few}");
    }
}

#[test]
fn after_an_outage_all_organisations_are_synced_and_no_run_is_lost() {
    let outage = Some((6 * HOUR, 6 * HOUR + 30 * MINUTE));
    let away = simulated(&Plan { outage, ..plan(500, 500, 3) });
    assert_conserved(&away.tally);
    let calm = simulated(&plan(500, 500, 3));
    let late = |fleet: &Fleet| fleet.tally.sync_late[0].max();
    assert!(late(&away) > 1_700.0 && late(&away) < 2_700.0, "{}", late(&away));
    assert!(late(&calm) < 60.0, "{}", late(&calm));
    let after_outage = away.microsoft.peak_units(6 * HOUR, 8 * HOUR);
    assert!(after_outage > calm.microsoft.peak_units(6 * HOUR, 8 * HOUR));
}

#[test]
fn a_withdrawn_consent_is_retried_less_often() {
    let mut plan = plan(200, 100, 1);
    plan.load.habits.withdrawals = 0.5;
    let fleet = simulated(&plan);
    assert_conserved(&fleet.tally);
    assert!(fleet.tally.syncs.refused > 100, "{:?}", fleet.tally.syncs);
    assert!(fleet.tally.syncs.done < simulated(&self::plan(200, 100, 1)).tally.syncs.done);
}

#[test]
fn growth_ends_when_the_disk_is_full() {
    let mut deployment = plan(20, 1_000, 1).deployment;
    deployment.disk = 100e6;
    let load = plan(20, 1_000, 1).load;
    let (growth, time) = (Growth::Organisations, 3 * HOUR);
    let climb = Climb { load, deployment, growth, seed: 7, time, outage: None, max: 16.0 };
    let step = climb.first().expect("the disk is small");
    let broken: Vec<_> = step.broken().map(|limit| limit.name).collect();
    assert_eq!(broken, ["the database's disk"]);
    assert!((1.0..=4.0).contains(&step.factor), "{}", step.factor);
}
