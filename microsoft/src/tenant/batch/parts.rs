//! The parts of a batch: requests and answers, matched by number.

use std::collections::{HashMap, HashSet};

use serde::Deserialize;
use serde_json::{Map, Value, json};
use url::Url;

use crate::{
    classify::graph,
    failure::Failure,
    http::{Answer, parse_retry_after},
    tenant::mailbox::Shape,
};

/// One request of a batch.
#[derive(Clone, Copy)]
pub(super) struct Requested<'a> {
    pub(super) id: &'a str,
    pub(super) shape: &'a Shape,
}

#[derive(Deserialize)]
pub(super) struct Body {
    /// Read one by one: an odd part must not make the others unreadable.
    responses: Vec<Value>,
}

#[derive(Deserialize)]
struct Part {
    status: u16,
    #[serde(default)]
    headers: Option<Map<String, Value>>,
    #[serde(default)]
    body: Value,
}

/// The index and the answer of a part. An unreadable part counts as unanswered.
fn part(response: Value) -> Option<(usize, Option<Part>)> {
    let id = response.get("id")?;
    let index = id.as_str().map_or_else(|| id.as_u64()?.try_into().ok(), |id| id.parse().ok())?;
    Some((index, serde_json::from_value(response).ok()))
}

/// One GET per pending part. Parts are identified by their index, so ids may repeat and have any case.
pub(super) fn requests(pending: &[usize], parts: &[Requested<'_>]) -> Vec<Value> {
    let part =
        |&index: &usize| json!({ "id": index.to_string(), "method": "GET", "url": relative(&parts[index]) });
    pending.iter().map(part).collect()
}

/// `/users/{id}/…?…`, escaped like any other address.
fn relative(&Requested { id, shape }: &Requested<'_>) -> String {
    // The host is a placeholder, because `Url` needs one.
    let mut url = Url::parse("http://relative/users").expect("a constant address parses");
    if let Ok(mut path) = url.path_segments_mut() {
        path.push(id).extend(shape.path);
    }
    format!("{}?{}", url.path(), shape.query)
}

/// The answers by index, in any order. A part that is answered twice counts as unanswered, because it is unknown
/// which answer is right.
pub(super) fn responses(
    body: Body,
    outer: &Answer,
    parts: &[Requested<'_>],
) -> HashMap<usize, Result<Answer, Failure>> {
    let (mut answers, mut twice) = (HashMap::new(), HashSet::new());
    for (index, part) in body.responses.into_iter().filter_map(part) {
        let Some(part) = part else {
            tracing::warn!(index, request = %outer.request_id, "a part of a batch cannot be read");
            continue;
        };
        let Some(requested) = parts.get(index) else { continue };
        let (answer, what) = (answer(&part, outer), requested.shape.what);
        let outcome =
            if (200..300).contains(&part.status) { Ok(answer) } else { Err(graph::failure(&answer, what)) };
        if answers.insert(index, outcome).is_some() {
            twice.insert(index);
        }
    }
    for index in twice {
        tracing::warn!(index, request = %outer.request_id, "a batch answered one part twice");
        answers.remove(&index);
    }
    answers
}

/// The answer of a part, as if it had been requested alone.
fn answer(part: &Part, outer: &Answer) -> Answer {
    let header = |name: &str| {
        let found = part.headers.iter().flatten().find(|(own, _)| own.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str().map_or_else(|| value.to_string(), str::to_owned))
    };
    let inner = part.body.pointer("/error/innerError/request-id").and_then(Value::as_str);
    Answer {
        status: part.status,
        retry_after: header("retry-after")
            .and_then(|value| parse_retry_after(&value, header("date").as_deref())),
        request_id: header("request-id")
            .as_deref()
            .or(inner)
            .and_then(crate::http::plain)
            .unwrap_or_else(|| outer.request_id.clone()),
        location: None,
        body: part.body.to_string().into_bytes(),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::{failure::Class, tenant::mailbox::INBOX};

    #[test]
    fn parts_are_numbered_and_their_addresses_escaped() {
        let parts = ["a", "b/../c?x"].map(|id| Requested { id, shape: &INBOX.shape });
        assert_eq!(
            Value::from(requests(&[1], &parts)),
            json!([{"id": "1", "method": "GET", "url": "/users/b%2F..%2Fc%3Fx/mailFolders/inbox?$select=id"}])
        );
    }

    #[test]
    fn answers_are_read_in_any_order_and_ambiguous_ones_are_dropped() {
        let body = json!({"responses": [
            {"id": "2", "status": 429, "headers": {"retry-after": 10}, "body": {"error": {"code": "TooManyRequests"}}},
            {"id": "0", "status": 200, "headers": {"Content-Type": "application/json"}, "body": {"id": "x"}},
            {"id": "1", "status": 200}, {"id": "1", "status": 404},
            {"id": "odd", "status": 200}, {"status": 200}, null, {"id": "5", "status": "ok"},
            {"id": 4, "status": 200, "headers": null, "body": {"id": "y"}},
            {"id": "3", "status": 404, "body": {"error": {"code": "ErrorInvalidUser",
                "innerError": {"request-id": "inner"}}}},
        ]});
        let outer = Answer::empty("outer");
        let parts = [Requested { id: "a", shape: &INBOX.shape }; 6];
        let mut answers = responses(serde_json::from_value(body).unwrap(), &outer, &parts);
        assert_eq!(answers.remove(&0).unwrap().unwrap().body, br#"{"id":"x"}"#);
        assert_eq!(answers.remove(&4).unwrap().unwrap().body, br#"{"id":"y"}"#);
        assert!(!answers.contains_key(&1));
        let throttled = answers.remove(&2).unwrap().unwrap_err();
        assert_eq!(
            (throttled.class, throttled.retry_after),
            (Class::Throttled, Some(Duration::from_secs(10)))
        );
        assert_eq!(throttled.request_id.as_deref(), Some("outer"));
        let gone = answers.remove(&3).unwrap().unwrap_err();
        assert_eq!((gone.class, gone.request_id.as_deref()), (Class::UserNotFound, Some("inner")));
        assert!(answers.is_empty());
    }
}
