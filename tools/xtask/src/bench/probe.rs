//! `cargo xtask bench probe`: 1,000 mailboxes opened while Exchange limits the rate.

use std::fs;

use anyhow::{Context as _, Result};

use super::report::{self, number};
use crate::{
    build::{self, Mode},
    simulated::Simulated,
    workspace::Workspace,
};

const MAILBOXES: u32 = 1_000;
/// Limits of the simulated Exchange: requests at once, then requests a second.
const LIMITS: [(u32, u32); 3] = [(40, 20), (100, 50), (200, 100)];

pub(crate) fn run() -> Result<()> {
    let workspace = Workspace::ready()?;
    let programs = build::programs(&workspace, Mode::Release)?;
    let folder = workspace.target.join("clients");
    fs::create_dir_all(&folder)?;
    println!("{:<28} {:>9} {:>9} {:>7} {:>9}", "Exchange accepts", "allowed s", "time s", "ratio", "opened");
    for (burst, rate) in LIMITS {
        let file = std::path::absolute(folder.join("exchange.json"))?;
        let scenario = format!(
            r#"{{"name":"exchange","explanation":"Exchange takes {burst} requests at once and {rate} a second.","calls":[
            {{"call":"POST /tenants/contoso.com/consent","body":{{"granted":true}}}},
            {{"call":"POST /tenants/contoso.com/limits","body":{{"exchange_per_second":{rate},"exchange_burst":{burst}}}}}]}}"#
        );
        fs::write(&file, scenario).context("cannot write the scenario")?;
        let arguments = ["--mailboxes", "1200", "--scenario", &file.to_string_lossy()];
        let simulated = Simulated::start(&programs.simulator, &folder, &arguments)?;
        let mut ours = simulated.server(&programs.server);
        ours.args(["directory", "contoso.com", "--json", "--probe", &MAILBOXES.to_string()]);
        let report = report::of(&mut ours)?;
        let allowed = f64::from(MAILBOXES - burst) / f64::from(rate);
        let (time, opened) = (number(&report, "probe_seconds"), number(&report, "opened"));
        let name = format!("{burst} at once, {rate} a second");
        println!("{name:<28} {allowed:>9.1} {time:>9.1} {:>7.2} {opened:>9.0}", time / allowed);
    }
    Ok(())
}
