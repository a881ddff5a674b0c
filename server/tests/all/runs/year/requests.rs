//! Counts the requests to Microsoft.

use serde_json::Value;

use crate::support::test_server::TestServer;

#[derive(Default)]
pub(super) struct Requests {
    /// As Microsoft counts: every part of a batch is a request.
    all: u64,
    tokens: u64,
    delta_pages: u64,
    batches: u64,
    inboxes: u64,
}

impl Requests {
    /// Adds the requests since the last call.
    pub(super) async fn take(&mut self, server: &TestServer) {
        let log = format!("{}/_sim/requests", server.simulator.base_url);
        let ask = async |path: &str| {
            let answer = server.client.get(format!("{log}?limit=0&path={path}")).send().await.unwrap();
            serde_json::from_str::<Value>(&answer.text().await.unwrap()).unwrap()
        };
        let count = async |path: &str| ask(path).await["count"].as_u64().unwrap();
        self.tokens += count("oauth2/v2.0/token").await;
        self.delta_pages += count("users/delta").await;
        self.batches += count("$batch").await;
        self.inboxes += count("mailFolders").await;
        self.all += ask("").await["last"].as_u64().unwrap();
        server.client.delete(log).send().await.unwrap();
    }

    /// Requests to Graph: without batch envelopes, which Microsoft does not count, and without token requests, which go
    /// to another service.
    fn counted(&self) -> u64 {
        self.all - self.batches - self.tokens
    }

    pub(super) fn per_mailbox_and_day(&self, days: f64, mailboxes: u32) -> f64 {
        self.counted() as f64 / days / f64::from(mailboxes)
    }

    pub(super) fn print(&self, database: &str, days: f64, mailboxes: u32) {
        let a_day = |count: u64| count as f64 / days;
        println!(
            "{database}: {days:.0} days, {mailboxes} mailboxes connected: {:.2} requests to Graph per mailbox and day \
             ({:.0} a day in all; of them {:.0} inboxes, {:.1} delta pages; {:.0} batches, {:.1} tokens)",
            self.per_mailbox_and_day(days, mailboxes),
            a_day(self.counted()),
            a_day(self.inboxes),
            a_day(self.delta_pages),
            a_day(self.batches),
            a_day(self.tokens),
        );
    }
}
