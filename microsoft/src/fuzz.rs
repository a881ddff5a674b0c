//! Fuzz tests of the readers of answers: no input causes a panic or unbounded memory. The number of rounds is limited
//! here; for longer runs, `cargo bolero test -p microsoft fuzz::…` uses the same functions.

use std::time::Duration;

use bolero::check;

use crate::{
    TenantId,
    classify::{entra, graph},
    http::{Answer, parse_retry_after},
    tenant::fuzzed,
    token::{AppToken, endpoint::TokenAnswer},
};

const ROUNDS: usize = 3_000;
const ERROR: &str = r#"{"error":{"code":"MailboxNotEnabledForRESTAPI","message":"The mailbox is either inactive,
    soft-deleted, or is hosted on-premise.","innerError":{"code":"x","date":"2026-01-01T00:00:00","request-id":"r"}}}"#;
const REFUSAL: &str = r#"{"error":"invalid_client","error_description":"AADSTS7000222: expired","error_codes":[7000222],
    "timestamp":"2026-06-02 21:00:26Z","trace_id":"t","correlation_id":"c"}"#;
const BATCH: &str = r#"{"responses":[{"id":"1","status":429,"headers":{"Retry-After":"10","Date":"x"},
    "body":{"error":{"code":"TooManyRequests","message":""}}},{"id":"0","status":200,"body":{"id":"AAMk"}}]}"#;
const PAGE: &str = r#"{"@odata.context":"c","@odata.nextLink":"https://graph.microsoft.com/v1.0/users/delta?$skiptoken=a",
    "value":[{"id":"a","mail":null,"accountEnabled":true,"assignedPlans":[{"assignedDateTime":"2023-02-01T10:00:05Z",
    "capabilityStatus":"Enabled","servicePlanId":"efb87545-963c-4e0d-99df-69c6916d9eb0"}],"proxyAddresses":["SMTP:a@b.c"]},
    {"id":"b","@removed":{"reason":"changed"}}]}"#;
const TOKEN: &str =
    "e30.eyJ0aWQiOiJhYWFhYmJiYi0wMDAwLWNjY2MtMTExMS1kZGRkMjIyMmVlZWUiLCJyb2xlcyI6WyJNYWlsLlNlbmQiXX0.c2ln";

/// A real answer with some of its bytes replaced, dropped or repeated: random bytes alone are always refused at the
/// first brace.
fn mutated(seed: &str, edits: &[(u16, u8, u8)]) -> Vec<u8> {
    let mut bytes = seed.as_bytes().to_vec();
    for &(at, how, byte) in edits {
        let at = usize::from(at) % bytes.len().max(1);
        match how % 4 {
            0 if at < bytes.len() => bytes[at] = byte,
            1 if at < bytes.len() => drop(bytes.remove(at)),
            2 => bytes.truncate(at),
            _ => {
                let again: Vec<u8> = bytes.iter().skip(at).take(usize::from(byte)).copied().collect();
                bytes.splice(at..at, again);
            }
        }
    }
    bytes
}

fn answer(status: u16, body: Vec<u8>) -> Answer {
    Answer { status, body, ..Answer::empty("r") }
}

#[test]
fn any_retry_after_is_a_short_wait_or_none() {
    check!().with_iterations(ROUNDS).with_type::<(String, Option<String>)>().for_each(|(value, date)| {
        let wait = parse_retry_after(value, date.as_deref());
        let bounds = Duration::from_secs(1)..=Duration::from_secs(600);
        assert!(wait.is_none_or(|wait| bounds.contains(&wait)));
    });
}

#[test]
fn any_error_body_becomes_a_failure_that_can_be_shown() {
    check!().with_iterations(ROUNDS).with_type::<(u16, bool, Vec<(u16, u8, u8)>, Vec<u8>)>().for_each(
        |(status, random, edits, bytes)| {
            for (seed, read) in [(ERROR, graph::failure as fn(&Answer, &str) -> _), (REFUSAL, entra::failure)]
            {
                let body = if *random { bytes.clone() } else { mutated(seed, edits) };
                let failure = read(&answer(*status, body), "a call");
                let shown = failure.to_string();
                assert!(shown.len() < 400 && !shown.contains(|char: char| char.is_control()), "{shown}");
            }
        },
    );
}

#[test]
fn any_batch_answer_is_read_or_refused() {
    check!().with_iterations(ROUNDS).with_type::<(Vec<(u16, u8, u8)>, Vec<u8>)>().for_each(
        |(edits, bytes)| {
            fuzzed::batch(&answer(200, mutated(BATCH, edits)));
            fuzzed::batch(&answer(200, bytes.clone()));
        },
    );
}

#[test]
fn any_page_is_read_or_refused() {
    check!().with_iterations(ROUNDS).with_type::<(Vec<(u16, u8, u8)>, Vec<u8>)>().for_each(
        |(edits, bytes)| {
            fuzzed::page(&answer(200, mutated(PAGE, edits)));
            fuzzed::page(&answer(200, bytes.clone()));
        },
    );
}

#[test]
fn any_token_is_used_as_it_is_or_refused() {
    let tid: TenantId = "aaaabbbb-0000-cccc-1111-dddd2222eeee".parse().unwrap();
    check!().with_iterations(ROUNDS).with_type::<(Vec<(u16, u8, u8)>, u64)>().for_each(
        |(edits, lifetime)| {
            let token = String::from_utf8_lossy(&mutated(TOKEN, edits)).into_owned();
            let answer =
                TokenAnswer { access_token: Some(token.into()), id_token: None, expires_in: Some(*lifetime) };
            if let Ok(token) = AppToken::read(answer, &tid) {
                assert!(token.cache_for <= Duration::from_secs(*lifetime));
            }
        },
    );
}
