//! The parameters of Entra ID's redirects: all of them are untrusted text.

use crate::{
    TenantId,
    classify::entra,
    failure::{Class, Failure},
};

/// The answer of the consent page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConsentAnswer {
    /// The parameters report an approval. Not proof: anyone can write them.
    Granted { tenant: TenantId, state: Option<String> },
    /// The consent was declined or failed. The answer names no tenant.
    Refused { failure: Failure, state: Option<String> },
}

/// The answer of the sign-in page.
#[derive(Clone, PartialEq, Eq)]
pub enum SignInAnswer {
    /// A code for [`finish_sign_in`](crate::Microsoft::finish_sign_in).
    Code { code: String, state: Option<String> },
    /// The person cancelled, or may not sign in.
    Refused { failure: Failure, state: Option<String> },
}

/// Why parameters are not a valid answer; such parameters must be ignored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AnswerError {
    #[error("neither an approval nor an error")]
    NotAnAnswer,
    #[error("an approval without a tenant, or with an invalid one")]
    NoTenant,
    #[error("a parameter is given twice")]
    Repeated,
}

/// Reads the query of the admin-consent redirect (decoded names and values, in any order).
///
/// Errors are checked first, because they contain `admin_consent=True` as well; a query with a `code` is a sign-in
/// and not a consent, whatever else it contains. `state` is `None` when the administrator started from the Entra
/// portal: then no tenant may be linked.
///
/// # Errors
/// [`AnswerError`] if the query is not a valid answer.
pub fn read_consent_answer(query: &[(String, String)]) -> Result<ConsentAnswer, AnswerError> {
    let state = one(query, "state")?.map(str::to_owned);
    if let Some(failure) = refusal(query, "admin consent")? {
        return Ok(ConsentAnswer::Refused { failure, state });
    }
    let approved = one(query, "admin_consent")?.is_some_and(|value| value.eq_ignore_ascii_case("true"));
    if !approved || one(query, "code")?.is_some() {
        return Err(AnswerError::NotAnAnswer);
    }
    let tenant = one(query, "tenant")?.and_then(|tenant| tenant.parse().ok()).ok_or(AnswerError::NoTenant)?;
    Ok(ConsentAnswer::Granted { tenant, state })
}

/// Reads the query of the sign-in redirect.
///
/// # Errors
/// [`AnswerError`] if it holds neither a code nor an error.
pub fn read_sign_in_answer(query: &[(String, String)]) -> Result<SignInAnswer, AnswerError> {
    let state = one(query, "state")?.map(str::to_owned);
    if let Some(failure) = refusal(query, "sign-in")? {
        return Ok(SignInAnswer::Refused { failure, state });
    }
    let code = one(query, "code")?.ok_or(AnswerError::NotAnAnswer)?.to_owned();
    Ok(SignInAnswer::Code { code, state })
}

impl std::fmt::Debug for SignInAnswer {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Code { .. } => formatter.write_str("Code(…)"),
            Self::Refused { failure, .. } => formatter.debug_tuple("Refused").field(failure).finish(),
        }
    }
}

/// The value of a parameter; an empty one counts as missing. Removes the `#` at the end of Microsoft's redirects,
/// which some browsers and administrators leave on the last value.
fn one<'a>(query: &'a [(String, String)], name: &str) -> Result<Option<&'a str>, AnswerError> {
    let mut values = query.iter().filter(|(own, _)| own == name).map(|(_, value)| value.as_str());
    let value = values.next().map(|value| value.trim_end_matches('#')).filter(|value| !value.is_empty());
    if values.next().is_some() { Err(AnswerError::Repeated) } else { Ok(value) }
}

fn refusal(query: &[(String, String)], what: &str) -> Result<Option<Failure>, AnswerError> {
    let Some(error) = one(query, "error")? else { return Ok(None) };
    let code = one(query, "error_description")?.and_then(|text| digits_after(text, "AADSTS"));
    let code = code.or(one(query, "error_uri")?.and_then(|text| digits_after(text, "code=")));
    // Without a number, `access_denied` (often with `error_subcode=cancel`) means Back or Cancel; it does not prove
    // that the person may not approve.
    // A number that is not known means neither that, nor that our request is wrong.
    let class = match (code, error) {
        (Some(code), _) => entra::class(0, &[code], error),
        (None, "access_denied" | "permission_denied") => Class::ConsentDeclined,
        (None, error) => entra::of_error(error).unwrap_or(Class::Unknown),
    };
    let failure = Failure::new(class, format!("{what}: redirected back with an error"));
    Ok(Some(match code {
        Some(code) => failure.code(format!("AADSTS{code}")),
        None => Failure { code: crate::http::plain(error), ..failure },
    }))
}

fn digits_after(text: &str, mark: &str) -> Option<u64> {
    let (_, rest) = text.split_once(mark)?;
    rest.split(|char: char| !char.is_ascii_digit()).next()?.parse().ok()
}

#[cfg(test)]
mod tests;
