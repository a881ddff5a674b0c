use super::*;
use crate::class::Party;

/// Every number that Microsoft documents, or that is known from real answers, for client credentials and for admin
/// consent: HTTP status and `error` as seen (0 and empty where they are not documented), number, class and party.
const DOCUMENTED: &[(u16, &str, u64, Class, Party)] = &[
    // Client credentials.
    (401, "invalid_client", 7000215, Class::OurCredential, Party::Us),
    (401, "invalid_client", 7000222, Class::OurCredential, Party::Us),
    (401, "invalid_client", 700027, Class::OurCredential, Party::Us),
    (401, "invalid_client", 50012, Class::OurCredential, Party::Us),
    (400, "invalid_grant", 50013, Class::OurCredential, Party::Us),
    (401, "invalid_client", 700024, Class::OurCredential, Party::Us),
    (401, "", 700030, Class::OurCredential, Party::Us),
    (400, "invalid_request", 70021, Class::OurCredential, Party::Us),
    (400, "invalid_request", 50107, Class::OurCredential, Party::Us),
    (400, "invalid_request", 700025, Class::OurCredential, Party::Us),
    (400, "invalid_request", 500133, Class::OurCredential, Party::Us),
    (400, "invalid_request", 7002137, Class::OurCredential, Party::Us),
    (401, "invalid_client", 7000218, Class::OurBug, Party::Us),
    (400, "invalid_request", 900144, Class::OurBug, Party::Us),
    (400, "invalid_request", 9002313, Class::OurBug, Party::Us),
    (400, "invalid_scope", 1002012, Class::OurBug, Party::Us),
    (400, "invalid_scope", 70011, Class::OurBug, Party::Us),
    (400, "invalid_scope", 700022, Class::OurBug, Party::Us),
    (400, "invalid_scope", 28002, Class::OurBug, Party::Us),
    (400, "unsupported_grant_type", 70003, Class::OurBug, Party::Us),
    (400, "invalid_request", 9001023, Class::OurBug, Party::Us),
    (400, "invalid_request", 50059, Class::OurBug, Party::Us),
    (400, "unauthorized_client", 50194, Class::OurBug, Party::Us),
    (400, "invalid_request", 90002, Class::TenantUnknown, Party::Tenant),
    (400, "invalid_tenant", 90002, Class::TenantUnknown, Party::Tenant),
    (400, "invalid_request", 900023, Class::TenantUnknown, Party::Tenant),
    (401, "invalid_client", 7000229, Class::ConsentMissing, Party::Tenant),
    (400, "unauthorized_client", 700016, Class::ConsentMissing, Party::Tenant),
    (401, "unauthorized_client", 7000112, Class::AppDisabled, Party::Tenant),
    (400, "unauthorized_client", 70001, Class::AppDisabled, Party::Tenant),
    (400, "invalid_grant", 65001, Class::ConsentMissing, Party::Tenant),
    (400, "invalid_resource", 500011, Class::OurBug, Party::Us),
    (400, "invalid_grant", 53003, Class::PolicyBlocked, Party::Tenant),
    (400, "access_denied", 530032, Class::PolicyBlocked, Party::Tenant),
    (400, "access_denied", 53011, Class::PolicyBlocked, Party::Tenant),
    (400, "", 5000224, Class::TenantUnknown, Party::Tenant),
    (400, "", 1000031, Class::AppDisabled, Party::Tenant),
    (400, "invalid_grant", 50196, Class::Throttled, Party::Microsoft),
    (400, "", 90055, Class::Throttled, Party::Microsoft),
    (500, "temporarily_unavailable", 90033, Class::Unavailable, Party::Microsoft),
    (400, "temporarily_unavailable", 90024, Class::Unavailable, Party::Microsoft),
    (503, "temporarily_unavailable", 90012, Class::Unavailable, Party::Microsoft),
    (500, "", 90006, Class::Unavailable, Party::Microsoft),
    (400, "", 90090, Class::Unavailable, Party::Microsoft),
    (503, "temporarily_unavailable", 50033, Class::Unavailable, Party::Microsoft),
    (400, "", 50000, Class::Unavailable, Party::Microsoft),
    (400, "invalid_request", 90038, Class::NationalCloud, Party::Tenant),
    (400, "", 900382, Class::NationalCloud, Party::Tenant),
    (400, "", 900432, Class::NationalCloud, Party::Tenant),
    // Admin consent and the administrator's sign-in.
    (0, "access_denied", 65004, Class::ConsentDeclined, Party::Tenant),
    (0, "", 90094, Class::NotAdmin, Party::Tenant),
    (0, "", 90095, Class::NotAdmin, Party::Tenant),
    (0, "access_denied", 50020, Class::WrongTenant, Party::Tenant),
    (0, "", 16000, Class::WrongTenant, Party::Tenant),
    (0, "", 50034, Class::WrongTenant, Party::Tenant),
    (0, "", 50011, Class::OurBug, Party::Us),
    (0, "", 500113, Class::OurBug, Party::Us),
    (0, "", 900971, Class::OurBug, Party::Us),
    (0, "", 65005, Class::OurBug, Party::Us),
    (0, "", 650052, Class::OurBug, Party::Us),
    (0, "", 650056, Class::OurBug, Party::Us),
    (0, "", 650057, Class::OurBug, Party::Us),
    (0, "", 650051, Class::NotPropagated, Party::Microsoft),
    (0, "", 50105, Class::PolicyBlocked, Party::Tenant),
    (0, "", 53000, Class::PolicyBlocked, Party::Tenant),
    (0, "", 53001, Class::PolicyBlocked, Party::Tenant),
    (0, "", 53002, Class::PolicyBlocked, Party::Tenant),
    (0, "", 53004, Class::PolicyBlocked, Party::Tenant),
    (0, "", 50076, Class::PolicyBlocked, Party::Tenant),
    (0, "", 50079, Class::PolicyBlocked, Party::Tenant),
    (0, "invalid_request", 90072, Class::WrongTenant, Party::Tenant),
    (0, "invalid_request", 90099, Class::ConsentMissing, Party::Tenant),
    (0, "invalid_request", 500021, Class::PolicyBlocked, Party::Tenant),
    (0, "invalid_request", 50097, Class::PolicyBlocked, Party::Tenant),
    (0, "invalid_request", 50158, Class::PolicyBlocked, Party::Tenant),
    (0, "access_denied", 530035, Class::PolicyBlocked, Party::Tenant),
    (0, "", 500014, Class::PolicyBlocked, Party::Tenant),
    (0, "", 500212, Class::PolicyBlocked, Party::Tenant),
    (0, "", 500213, Class::PolicyBlocked, Party::Tenant),
];

#[test]
fn every_documented_number_has_its_class_and_its_party() {
    for &(status, error, code, expected, party) in DOCUMENTED {
        assert_eq!(class(status, &[code], error), expected, "{status} {error} AADSTS{code}");
        assert_eq!(expected.party(), party, "AADSTS{code}");
    }
}

#[test]
fn the_table_holds_only_documented_numbers_and_each_once() {
    let known: Vec<u64> = CODES.iter().flat_map(|(_, codes)| codes.iter().copied()).collect();
    for code in &known {
        assert!(DOCUMENTED.iter().any(|row| row.2 == *code), "AADSTS{code} is not documented above");
        assert_eq!(known.iter().filter(|other| *other == code).count(), 1, "AADSTS{code} is listed twice");
    }
}

#[test]
fn without_a_known_number_the_error_and_the_status_decide() {
    for (status, codes, error, expected) in [
        (401, &[1_u64] as &[_], "invalid_client", Class::OurCredential),
        (400, &[54005], "unauthorized_client", Class::ConsentMissing),
        (400, &[], "consent_required", Class::ConsentMissing),
        (400, &[], "interaction_required", Class::ConsentMissing),
        (400, &[], "invalid_request", Class::OurBug),
        (400, &[99999], "invalid_request", Class::Unknown),
        (400, &[], "invalid_scope", Class::OurBug),
        (400, &[], "invalid_resource", Class::OurBug),
        (400, &[], "unsupported_grant_type", Class::OurBug),
        (400, &[], "unsupported_response_type", Class::OurBug),
        (400, &[], "invalid_tenant", Class::TenantUnknown),
        (400, &[], "temporarily_unavailable", Class::Unavailable),
        (400, &[], "server_error", Class::Unavailable),
        (503, &[], "", Class::Unavailable),
        (400, &[54005], "invalid_grant", Class::Unknown),
        (418, &[], "teapot", Class::Unknown),
        // Status 429 takes precedence over numbers and `error`.
        (429, &[7000215], "invalid_client", Class::Throttled),
    ] {
        assert_eq!(class(status, codes, error), expected, "{status} {codes:?} {error}");
    }
}

#[test]
fn a_plain_text_body_is_classified_and_free_text_is_dropped() {
    let answer = |status, body: &str| Answer {
        status,
        retry_after: Some(Duration::from_secs(60)),
        body: body.as_bytes().to_vec(),
        ..Answer::empty("ours")
    };
    let throttled = failure(&answer(429, "Too Many Requests"), "token");
    assert_eq!((throttled.class, throttled.retry_after), (Class::Throttled, Some(Duration::from_secs(60))));
    assert_eq!(throttled.request_id.as_deref(), Some("ours"));

    let expired = r#"{"error":"invalid_client","error_description":"AADSTS7000222: it@contoso.com",
        "error_codes":[7000222],"correlation_id":"c-1"}"#;
    let expired = failure(&answer(401, expired), "token");
    assert_eq!(expired.to_string(), "OurCredential: token, HTTP 401, AADSTS7000222, request c-1");

    // An unknown number is reported, so that a person can look it up.
    let unseen = r#"{"error":"odd","error_codes":[999999],"correlation_id":"c-2"}"#;
    let unseen = failure(&answer(400, unseen), "token");
    assert_eq!(unseen.to_string(), "Unknown: token, HTTP 400, AADSTS999999, request c-2");
}
