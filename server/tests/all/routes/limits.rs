//! Rate limits: by network, and for all servers on a database together where a secret could be guessed.

use clap::Parser as _;
use server::{config::Config, rate_limits::RateLimits, state::AppState};

use crate::support::test_server::TestServer;
use store_testing::database::TestDatabase;

#[derive(clap::Parser)]
struct Args {
    #[command(flatten)]
    config: Config,
}

/// A server of its own on the same database, with the real limits, that believes one proxy.
async fn replica(server: &TestServer) -> String {
    let proxied = Args::parse_from(["server", "--trusted-proxies", "1"]).config.trusted_proxies;
    let config = Config { trusted_proxies: proxied, ..(*server.state.config).clone() };
    let limits = RateLimits::new(1).into();
    TestServer::served(AppState { config: config.into(), limits, ..server.state.clone() }).await
}

/// Requests of `/sign-in` from an address until one is refused, at most 100. Returns how many were answered.
async fn answered(client: &reqwest::Client, base: &str, from: impl Fn(u32) -> String) -> u32 {
    for n in 0..100 {
        let ask = client.get(format!("{base}/sign-in")).header("x-forwarded-for", from(n));
        let answer = ask.send().await.unwrap();
        if answer.status() == 429 {
            assert!(answer.headers()["retry-after"].to_str().unwrap().parse::<u32>().unwrap() > 0);
            return n;
        }
    }
    100
}

#[tokio::test]
async fn an_ipv6_network_counts_as_one_address() {
    let server = TestServer::start(TestDatabase::sqlite().await).await;
    let base = replica(&server).await;
    let within = |n: u32| format!("2001:db8:0:1::{n:x}");
    assert_eq!(answered(&server.client, &base, within).await, 20);
    let others = |n: u32| format!("2001:db8:0:{:x}::1", n + 2);
    assert_eq!(answered(&server.client, &base, others).await, 100);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_servers_count_sign_ins_together() {
    let server = TestServer::start(TestDatabase::postgres().await).await;
    let (one, other) = (replica(&server).await, replica(&server).await);
    let minute = || server.state.store.now() / 60_000;
    // Again if the minute, by which they count, changes meanwhile.
    for n in 0..10 {
        let (begun, from) = (minute(), |_: u32| format!("192.0.2.{n}"));
        let first = answered(&server.client, &one, from).await;
        let second = answered(&server.client, &other, from).await;
        if minute() == begun {
            assert_eq!((first, second), (20, 0));
            return;
        }
    }
    panic!("every minute was too short");
}
