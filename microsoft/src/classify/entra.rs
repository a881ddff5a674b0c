//! Entra ID: the token endpoint, discovery, and the parameters of its redirects.
//!
//! Codes: [error codes reference](https://learn.microsoft.com/entra/identity-platform/reference-error-codes).
//! Microsoft tells clients to use `error`, but `invalid_client` means both "no consent" and "our secret expired", so
//! numbers come first.

use std::time::Duration;

use serde::Deserialize;

use crate::{
    failure::{Class, Failure},
    http::{Answer, plain},
};

/// AADSTS50196 means that the client repeats a request in a loop, so the next attempt must not follow soon.
const LOOP_PAUSE: Duration = Duration::from_secs(5 * 60);
const TENANT_PAUSE: Duration = Duration::from_secs(60);

#[derive(Default, Deserialize)]
#[serde(default)]
struct Body {
    error: String,
    error_codes: Vec<u64>,
    correlation_id: Option<String>,
}

/// Converts an error answer of Entra ID into a failure; `what` names the call for the log.
pub(crate) fn failure(answer: &Answer, what: &str) -> Failure {
    // A 429 of the token endpoint is the plain text "Too Many Requests"; gateways answer in HTML.
    let body: Body = serde_json::from_slice(&answer.body).unwrap_or_default();
    let class = class(answer.status, &body.error_codes, &body.error);
    let retry_after = answer.retry_after.or(match body.error_codes.first() {
        Some(50196) => Some(LOOP_PAUSE),
        Some(90055) => Some(TENANT_PAUSE),
        _ => None,
    });
    Failure {
        class,
        status: Some(answer.status),
        code: body.error_codes.first().map(|code| format!("AADSTS{code}")).or_else(|| plain(&body.error)),
        request_id: body
            .correlation_id
            .as_deref()
            .and_then(plain)
            .or_else(|| Some(answer.request_id.clone())),
        retry_after,
        detail: what.to_owned(),
    }
}

/// The class of an error answer, from its numbers, then its `error`, then its status.
pub(crate) fn class(status: u16, codes: &[u64], error: &str) -> Class {
    if status == 429 {
        return Class::Throttled;
    }
    // A number that is not known is no error of our request, although many of them come as `invalid_request`.
    let known_error = of_error(error).filter(|class| codes.is_empty() || *class != Class::OurBug);
    codes.iter().find_map(|&code| of_code(code)).or(known_error).unwrap_or(match status {
        500.. => Class::Unavailable,
        _ => Class::Unknown,
    })
}

/// The class of each AADSTS number. For any other number, `error` and the status decide.
const CODES: &[(Class, &[u64])] = &[
    // Some of these come as `invalid_request`: the next credential may be accepted all the same.
    (
        Class::OurCredential,
        &[7000215, 7000222, 700027, 50012, 50013, 700024, 700030, 70021, 50107, 700025, 500133, 7002137],
    ),
    // Errors in our request or our registration.
    (
        Class::OurBug,
        &[
            7000218, 900144, 9002313, 1002012, 70011, 700022, 28002, 70003, 9001023, 50059, 50194, 500011,
            50011, 500113, 900971, 65005, 650052, 650056, 650057,
        ],
    ),
    (Class::TenantUnknown, &[90002, 900023, 5000224]),
    (Class::ConsentMissing, &[7000229, 700016, 65001, 90099]),
    (Class::ConsentDeclined, &[65004]),
    (Class::NotAdmin, &[90094, 90095]),
    (Class::WrongTenant, &[50020, 16000, 50034, 90072]),
    (Class::AppDisabled, &[7000112, 70001, 1000031]),
    (
        Class::PolicyBlocked,
        &[
            53000, 53001, 53002, 53003, 53004, 53011, 530032, 530035, 50076, 50079, 50097, 50105, 50158,
            500014, 500021, 500212, 500213,
        ],
    ),
    (Class::NotPropagated, &[650051]),
    (Class::NationalCloud, &[90038, 900382, 900432]),
    (Class::Throttled, &[50196, 90055]),
    (Class::Unavailable, &[90033, 90024, 90012, 90006, 90090, 50033, 50000]),
];

/// The class of an AADSTS number.
pub(crate) fn of_code(code: u64) -> Option<Class> {
    CODES.iter().find(|(_, codes)| codes.contains(&code)).map(|(class, _)| *class)
}

/// The class of an OAuth `error`, when no number helps.
pub(crate) fn of_error(error: &str) -> Option<Class> {
    Some(match error {
        "invalid_client" => Class::OurCredential,
        "unauthorized_client" | "consent_required" | "interaction_required" => Class::ConsentMissing,
        "invalid_request"
        | "invalid_scope"
        | "invalid_resource"
        | "unsupported_grant_type"
        | "unsupported_response_type" => Class::OurBug,
        "invalid_tenant" => Class::TenantUnknown,
        "temporarily_unavailable" | "server_error" => Class::Unavailable,
        _ => return None,
    })
}

#[cfg(test)]
mod tests;
