//! Times of single tests: the slowest ones are the first to improve for a quicker run.

use std::{fs, path::Path, time::Duration};

use anyhow::{Context as _, Result};
use serde::Deserialize;

use crate::step::Seconds;

/// Number of tests shown.
const SHOWN: usize = 10;

/// One test and its time.
pub(crate) struct Timed {
    name: String,
    time: Duration,
}

/// All tests of a run of nextest, from its report.
pub(super) fn of_nextest(report: &Path) -> Result<Vec<Timed>> {
    let text = fs::read_to_string(report).with_context(|| format!("no report at {}", report.display()))?;
    read_junit(&text)
}

fn read_junit(text: &str) -> Result<Vec<Timed>> {
    let document = roxmltree::Document::parse(text).context("nextest's report cannot be read")?;
    let cases = document.descendants().filter(|node| node.has_tag_name("testcase"));
    let timed = cases.filter_map(|case| {
        let of = |name| case.attribute(name);
        let time = Duration::try_from_secs_f64(of("time")?.parse().ok()?).ok()?;
        Some(Timed { name: format!("{} {}", of("classname")?, of("name")?), time })
    });
    Ok(timed.collect())
}

/// All tests of a run of Playwright, from its JSON report.
pub(super) fn of_playwright(report: &Path) -> Result<Vec<Timed>> {
    let text = fs::read_to_string(report).with_context(|| format!("no report at {}", report.display()))?;
    let report: Suite = serde_json::from_str(&text).context("Playwright's report cannot be read")?;
    let mut timed = Vec::new();
    report.collect(&mut timed);
    Ok(timed)
}

#[derive(Deserialize)]
struct Suite {
    #[serde(default)]
    suites: Vec<Self>,
    #[serde(default)]
    specs: Vec<Spec>,
}

#[derive(Deserialize)]
struct Spec {
    title: String,
    file: String,
    tests: Vec<Project>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Project {
    project_name: String,
    results: Vec<Attempt>,
}

#[derive(Deserialize)]
struct Attempt {
    /// Milliseconds.
    duration: u64,
}

impl Suite {
    fn collect(&self, timed: &mut Vec<Timed>) {
        for spec in &self.specs {
            for project in &spec.tests {
                let name = format!("{} {} ({})", spec.file, spec.title, project.project_name);
                let time = project.results.iter().map(|attempt| attempt.duration).sum();
                timed.push(Timed { name, time: Duration::from_millis(time) });
            }
        }
        self.suites.iter().for_each(|suite| suite.collect(timed));
    }
}

/// Prints the slowest of all parts.
pub(super) fn print(timed: &mut [Timed]) {
    if timed.is_empty() {
        return;
    }
    timed.sort_by_key(|test| std::cmp::Reverse(test.time));
    println!("\nthe slowest of {} tests:", timed.len());
    for Timed { name, time } in timed.iter().take(SHOWN) {
        println!("{:>12}  {name}", Seconds(*time).to_string());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_of_nextest_is_read() -> Result<()> {
        let report = r#"<?xml version="1.0" encoding="UTF-8"?>
            <testsuites name="nextest-run" tests="2" time="3.5"><testsuite name="server::all" tests="2">
            <testcase name="store::races" classname="server::all" timestamp="2026-11-30T01:00:00Z" time="2.250"/>
            <testcase name="doctor" classname="server::all" time="0.5"><failure/></testcase></testsuite></testsuites>"#;
        let timed = read_junit(report)?;
        assert_eq!(timed.len(), 2);
        assert_eq!((timed[0].name.as_str(), timed[0].time.as_millis()), ("server::all store::races", 2_250));
        Ok(())
    }

    #[test]
    fn a_report_of_playwright_is_read() -> Result<()> {
        let report = r#"{"config":{},"suites":[{"title":"list.spec.ts","suites":[{"specs":[]}],"specs":[{"title":"scrolls",
            "file":"list.spec.ts","tests":[{"projectName":"light","results":[{"duration":1200}]}]}]}]}"#;
        let suite: Suite = serde_json::from_str(report)?;
        let mut timed = Vec::new();
        suite.collect(&mut timed);
        assert_eq!(timed.len(), 1);
        assert_eq!(
            (timed[0].name.as_str(), timed[0].time.as_millis()),
            ("list.spec.ts scrolls (light)", 1_200)
        );
        Ok(())
    }
}
