use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use serde_json::json;

use crate::support::TestSimulator;

/// Limit for the peak memory of a simulator with 100,000 mailboxes, in megabytes.
const BUDGET: u64 = 300;

/// A process of the real binary; it is killed at the end of the test.
struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The peak memory of a process so far, in megabytes.
fn peak(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() / 1024
}

/// Times are printed but not asserted, because they depend on the machine.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_hundred_thousand_mailboxes_are_listed_within_the_memory_budget() {
    let start = Instant::now();
    let mut child = Command::new(env!("CARGO_BIN_EXE_simulator"))
        .args(["--mailboxes", "100000"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let stdout = child.stdout.take().unwrap();
    let process = Process(child);
    let mut line = String::new();
    BufReader::new(stdout).read_line(&mut line).unwrap();
    let base = line.trim().strip_prefix("simulator listening on ").unwrap().to_owned();
    println!("started after {:?}, using {} MB", start.elapsed(), peak(process.0.id()));

    let test_env = TestSimulator::at(base);
    let token = test_env.consented("contoso.com").await;
    let start = Instant::now();
    let (users, _, pages) = test_env.pages(&token, "/users?$select=id,mail,department&$top=999").await;
    assert_eq!(users.len(), 105_000);
    let requests: Vec<_> = users[..20]
        .iter()
        .map(|user| user["id"].as_str().unwrap())
        .map(|id| json!({ "id": id, "method": "GET", "url": format!("/users/{id}/mailFolders/inbox") }))
        .collect();
    test_env.batch(&token, json!(requests)).await;
    // The largest page that there is.
    let path = "/users?$select=id,displayName,mail,userPrincipalName,accountEnabled,userType,assignedPlans,\
                proxyAddresses,department,jobTitle,onPremisesSyncEnabled&$top=999";
    let (status, page) = test_env.graph(&token, path).await;
    assert_eq!(status, 200);
    let sizes: Vec<usize> =
        page["value"].as_array().unwrap().iter().map(|user| user.to_string().len()).collect();
    let large = sizes.iter().filter(|size| (8_500..15_000).contains(*size)).count();
    println!(
        "a page of {} kB, users of up to {} B",
        sizes.iter().sum::<usize>() / 1024,
        sizes.iter().max().unwrap()
    );
    assert!(large > 400 && sizes.iter().all(|size| *size < 15_000), "{large} of {}", sizes.len());
    let used = peak(process.0.id());
    println!("listed {pages} pages in {:?}, using at most {used} MB", start.elapsed());
    assert!(used <= BUDGET, "{used} MB");
}
