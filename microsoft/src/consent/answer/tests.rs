use super::*;

const TENANT: &str = "aaaabbbb-0000-cccc-1111-dddd2222eeee";

fn query(text: &str) -> Vec<(String, String)> {
    url::form_urlencoded::parse(text.as_bytes()).into_owned().collect()
}

fn refused(text: &str) -> (Class, Option<String>, Option<String>) {
    match read_consent_answer(&query(text)) {
        Ok(ConsentAnswer::Refused { failure, state }) => (failure.class, failure.code, state),
        other => panic!("{text}: {other:?}"),
    }
}

#[test]
fn an_approval_is_read_in_any_order_and_with_or_without_state() {
    let granted = |state: Option<&str>| {
        Ok(ConsentAnswer::Granted { tenant: TENANT.parse().unwrap(), state: state.map(str::to_owned) })
    };
    let answer = |text: String| read_consent_answer(&query(&text));
    assert_eq!(answer(format!("state=s&tenant={TENANT}&scope=x&admin_consent=True")), granted(Some("s")));
    assert_eq!(answer(format!("admin_consent=true&tenant={TENANT}&state=s%23")), granted(Some("s")));
    assert_eq!(answer(format!("admin_consent=True&tenant={TENANT}")), granted(None));
}

#[test]
fn an_error_is_a_refusal_although_admin_consent_is_true() {
    let real = "error=access_denied&error_description=AADSTS65004%3a+User+declined+to+consent+to+access+the+app.\
        %0d%0aTrace+ID%3a+x&error_uri=https%3a%2f%2flogin.microsoftonline.com%2ferror%3fcode%3d65004\
        &admin_consent=True&state=d66b10a0#";
    let declined = (Class::ConsentDeclined, Some("AADSTS65004".to_owned()), Some("d66b10a0".to_owned()));
    assert_eq!(refused(real), declined);
}

#[test]
fn refusals_are_classified_by_number_then_by_error() {
    for (text, expected) in [
        ("error=access_denied&error_description=AADSTS50020%3a+User+account+%27a%40b%27", Class::WrongTenant),
        ("error=access_denied&error_uri=https%3a%2f%2flogin%2ferror%3fcode%3d90094", Class::NotAdmin),
        ("error=access_denied&error_description=AADSTS90095%3a+x", Class::NotAdmin),
        ("error=access_denied&error_description=AADSTS99999%3a+x", Class::Unknown),
        ("error=invalid_request&error_description=AADSTS99999%3a+x", Class::Unknown),
        ("error=invalid_request&error_description=AADSTS90072%3a+x", Class::WrongTenant),
        ("error=access_denied&error_subcode=cancel", Class::ConsentDeclined),
        ("error=permission_denied&error_description=The+admin+canceled+the+request", Class::ConsentDeclined),
        ("error=consent_required", Class::ConsentMissing),
        ("error=invalid_request&error_description=must+include+a+response_type", Class::OurBug),
        ("error=x&error_description=AADSTS650051%3a+x", Class::NotPropagated),
        ("error=temporarily_unavailable", Class::Unavailable),
        ("error=something+new", Class::Unknown),
    ] {
        assert_eq!(refused(text).0, expected, "{text}");
    }
}

#[test]
fn the_description_is_not_stored_in_the_failure() {
    let text = "error=access_denied&error_description=AADSTS50020%3a+User+account+%27eve%40contoso.com%27";
    let Ok(ConsentAnswer::Refused { failure, .. }) = read_consent_answer(&query(text)) else { panic!() };
    assert!(!format!("{failure} {failure:?}").contains("contoso"));
}

#[test]
fn invalid_consent_answers_are_refused() {
    for (text, error) in [
        ("", AnswerError::NotAnAnswer),
        ("state=s", AnswerError::NotAnAnswer),
        ("admin_consent=False&tenant=x", AnswerError::NotAnAnswer),
        (&format!("admin_consent=True&tenant={TENANT}&code=abc"), AnswerError::NotAnAnswer),
        ("admin_consent=True&state=s", AnswerError::NoTenant),
        ("admin_consent=True&tenant=common", AnswerError::NoTenant),
        (&format!("admin_consent=True&tenant={TENANT}&tenant={TENANT}"), AnswerError::Repeated),
        ("error=&error=access_denied", AnswerError::Repeated),
    ] {
        assert_eq!(read_consent_answer(&query(text)), Err(error), "{text}");
    }
}

#[test]
fn a_sign_in_answer_is_a_code_or_a_refusal_and_keeps_the_code_out_of_debug() {
    let code = read_sign_in_answer(&query("code=secret&state=s&session_state=y")).unwrap();
    assert_eq!(code, SignInAnswer::Code { code: "secret".to_owned(), state: Some("s".to_owned()) });
    assert!(!format!("{code:?}").contains("secret"));
    let refused = read_sign_in_answer(&query("error=access_denied&error_subcode=cancel&state=s"));
    let Ok(SignInAnswer::Refused { failure, .. }) = refused else { panic!() };
    assert_eq!(failure.class, Class::ConsentDeclined);
    assert_eq!(read_sign_in_answer(&query("state=s")), Err(AnswerError::NotAnAnswer));
}
