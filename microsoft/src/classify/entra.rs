//! Entra ID: the token endpoint, discovery, and the parameters of its redirects.
//!
//! Codes: [error codes reference](https://learn.microsoft.com/entra/identity-platform/reference-error-codes).
//! Microsoft asks clients to go by `error`, but that lumps "you never consented" together with "our secret
//! expired" (both `invalid_client`), so numbers come first.

use std::time::Duration;

use serde::Deserialize;

use crate::{
    failure::{Class, Failure},
    http::{Answer, plain},
};

/// AADSTS50196 means that we loop; asking again soon is what it complains about.
const LOOP_PAUSE: Duration = Duration::from_secs(5 * 60);
const TENANT_PAUSE: Duration = Duration::from_secs(60);

#[derive(Default, Deserialize)]
#[serde(default)]
struct Body {
    error: String,
    error_codes: Vec<u64>,
    correlation_id: Option<String>,
}

/// The failure that this answer of Entra ID is; `what` names the call for the log.
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
    codes.iter().find_map(|&code| of_code(code)).or_else(|| of_error(error)).unwrap_or(match status {
        500.. => Class::Unavailable,
        _ => Class::Unknown,
    })
}

/// The class of an AADSTS number.
pub(crate) fn of_code(code: u64) -> Option<Class> {
    Some(match code {
        7000215 | 7000222 | 700027 | 50012 | 50013 | 700024 | 700030 => Class::OurCredential,
        7000218 | 900144 | 9002313 | 1002012 | 70011 | 700022 | 28002 | 70003 | 9001023 | 50059 | 50194
        | 500011 | 50011 | 500113 | 900971 | 65005 | 650052 | 650056 | 650057 => Class::OurBug,
        90002 | 900023 | 5000224 => Class::TenantUnknown,
        7000229 | 700016 | 65001 => Class::ConsentMissing,
        65004 => Class::ConsentDeclined,
        90094 | 90095 => Class::NotAdmin,
        50020 | 16000 | 50034 => Class::WrongTenant,
        7000112 | 70001 | 1000031 => Class::AppDisabled,
        53000..=53004 | 53011 | 530032 | 50105 | 90072 | 500014 | 500212 | 500213 => Class::PolicyBlocked,
        650051 => Class::NotPropagated,
        90038 | 900382 | 900432 => Class::NationalCloud,
        50196 | 90055 => Class::Throttled,
        90033 | 90024 | 90012 | 90006 | 90090 | 50033 | 50000 => Class::Unavailable,
        _ => return None,
    })
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
mod tests {
    use super::*;

    #[test]
    fn token_errors_by_number() {
        for (status, code, error, expected) in [
            (401, 7000215, "invalid_client", Class::OurCredential),
            (401, 7000222, "invalid_client", Class::OurCredential),
            (401, 700027, "invalid_client", Class::OurCredential),
            (401, 50012, "invalid_client", Class::OurCredential),
            (400, 1002012, "invalid_scope", Class::OurBug),
            (400, 70003, "unsupported_grant_type", Class::OurBug),
            (400, 9001023, "invalid_request", Class::OurBug),
            (400, 50194, "invalid_request", Class::OurBug),
            (400, 90002, "invalid_request", Class::TenantUnknown),
            (400, 90002, "invalid_tenant", Class::TenantUnknown),
            (400, 900023, "invalid_request", Class::TenantUnknown),
            (400, 5000224, "", Class::TenantUnknown),
            (401, 7000229, "invalid_client", Class::ConsentMissing),
            (400, 700016, "unauthorized_client", Class::ConsentMissing),
            (400, 65001, "invalid_grant", Class::ConsentMissing),
            (401, 7000112, "unauthorized_client", Class::AppDisabled),
            (400, 1000031, "", Class::AppDisabled),
            (400, 53003, "invalid_grant", Class::PolicyBlocked),
            (400, 530032, "access_denied", Class::PolicyBlocked),
            (400, 50196, "invalid_grant", Class::Throttled),
            (400, 90055, "", Class::Throttled),
            (500, 90033, "temporarily_unavailable", Class::Unavailable),
            (400, 90038, "invalid_request", Class::NationalCloud),
            (400, 54005, "invalid_grant", Class::Unknown),
        ] {
            assert_eq!(class(status, &[code], error), expected, "{status} {code} {error}");
        }
    }

    #[test]
    fn without_a_known_number_the_coarser_facts_decide() {
        assert_eq!(class(401, &[1], "invalid_client"), Class::OurCredential);
        assert_eq!(class(503, &[], ""), Class::Unavailable);
        assert_eq!(class(429, &[7000215], "invalid_client"), Class::Throttled);
        assert_eq!(class(418, &[], "teapot"), Class::Unknown);
    }

    #[test]
    fn a_plain_text_body_survives_and_free_text_is_dropped() {
        let answer = |status, body: &str| Answer {
            status,
            retry_after: Some(Duration::from_secs(60)),
            request_id: "ours".to_owned(),
            body: body.as_bytes().to_vec(),
        };
        let throttled = failure(&answer(429, "Too Many Requests"), "token");
        assert_eq!(
            (throttled.class, throttled.retry_after),
            (Class::Throttled, Some(Duration::from_secs(60)))
        );
        assert_eq!(throttled.request_id.as_deref(), Some("ours"));

        let expired = r#"{"error":"invalid_client","error_description":"AADSTS7000222: it@contoso.com",
            "error_codes":[7000222],"correlation_id":"c-1"}"#;
        let expired = failure(&answer(401, expired), "token");
        assert_eq!(expired.to_string(), "OurCredential: token, HTTP 401, AADSTS7000222, request c-1");
    }
}
