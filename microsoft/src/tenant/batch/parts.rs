//! The parts of a batch: requests and answers, matched by number.

use std::collections::{HashMap, HashSet};

use serde::Deserialize;
use serde_json::{Map, Value, json};
use url::Url;

use crate::{
    classify::graph,
    failure::Failure,
    http::{Answer, parse_retry_after},
    tenant::mailbox::UserRequest,
};

#[derive(Deserialize)]
pub(super) struct Body {
    responses: Vec<Part>,
}

#[derive(Deserialize)]
struct Part {
    id: String,
    status: u16,
    #[serde(default)]
    headers: Map<String, Value>,
    #[serde(default)]
    body: Value,
}

/// One GET per pending id. Parts are identified by their index, so ids may repeat and have any case.
pub(super) fn requests<T>(pending: &[usize], ids: &[String], request: &UserRequest<T>) -> Vec<Value> {
    let part = |&index: &usize| json!({ "id": index.to_string(), "method": "GET", "url": relative(&ids[index], request) });
    pending.iter().map(part).collect()
}

/// `/users/{id}/…?…`, escaped like any other address.
fn relative<T>(id: &str, request: &UserRequest<T>) -> String {
    // The host is a placeholder, because `Url` needs one.
    let mut url = Url::parse("http://relative/users").expect("a constant address parses");
    if let Ok(mut path) = url.path_segments_mut() {
        path.push(id).extend(request.path);
    }
    format!("{}?{}", url.path(), request.query)
}

/// The answers by index, in any order. A part that is answered twice counts as unanswered, because it is unknown
/// which answer is right.
pub(super) fn responses(body: Body, outer: &Answer, what: &str) -> HashMap<usize, Result<Answer, Failure>> {
    let (mut answers, mut twice) = (HashMap::new(), HashSet::new());
    for part in body.responses {
        let Ok(index) = part.id.parse() else { continue };
        let answer = answer(&part, outer);
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
        let found = part.headers.iter().find(|(own, _)| own.eq_ignore_ascii_case(name));
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
        let ids = ["a".to_owned(), "b/../c?x".to_owned()];
        assert_eq!(
            Value::from(requests(&[1], &ids, &INBOX)),
            json!([{"id": "1", "method": "GET", "url": "/users/b%2F..%2Fc%3Fx/mailFolders/inbox?$select=id"}])
        );
    }

    #[test]
    fn answers_are_read_in_any_order_and_ambiguous_ones_are_dropped() {
        let body = json!({"responses": [
            {"id": "2", "status": 429, "headers": {"retry-after": 10}, "body": {"error": {"code": "TooManyRequests"}}},
            {"id": "0", "status": 200, "headers": {"Content-Type": "application/json"}, "body": {"id": "x"}},
            {"id": "1", "status": 200}, {"id": "1", "status": 404},
            {"id": "odd", "status": 200},
            {"id": "3", "status": 404, "body": {"error": {"code": "ErrorInvalidUser",
                "innerError": {"request-id": "inner"}}}},
        ]});
        let outer = Answer { status: 200, retry_after: None, request_id: "outer".to_owned(), body: vec![] };
        let mut answers = responses(serde_json::from_value(body).unwrap(), &outer, INBOX.what);
        assert_eq!(answers.remove(&0).unwrap().unwrap().body, br#"{"id":"x"}"#);
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
