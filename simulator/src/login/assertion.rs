//! Client assertions: a JWT in place of a secret, signed with a registered certificate or by a trusted issuer.
//!
//! <https://learn.microsoft.com/en-us/entra/identity-platform/certificate-credentials>,
//! <https://learn.microsoft.com/en-us/entra/workload-id/workload-identity-federation>

use super::certificate::{Certificate, hex};
use super::error::StsError;
use super::federated;
use super::jwt::{Jwt, malformed};
use super::tenant_ref::TenantRef;
use crate::entropy::{real_now, sts_date};
use crate::state::Simulator;
use crate::web::base::Base;

/// `client_assertion_type` of every client assertion.
pub(crate) const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// The token endpoint that got an assertion.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Endpoint<'a> {
    pub(crate) simulator: &'a Simulator,
    pub(crate) at: &'a TenantRef,
    pub(crate) base: &'a Base,
}

/// Verifies an assertion for the registered application.
///
/// # Errors
/// AADSTS50013 (not a JWT, wrong signature of an issuer, used before), 700027 (certificate unknown or expired, wrong
/// signature), 700021 (another client), 700023 (audience), 700024 (dates), 700211 to 700213 (federation).
pub(crate) fn verify(endpoint: Endpoint<'_>, assertion: &str) -> Result<(), StsError> {
    let jwt = Jwt::read(assertion).ok_or_else(malformed)?;
    let client = endpoint.simulator.options.client_id.to_string();
    let names_certificate = ["x5t#S256", "x5t", "x5c"].iter().any(|name| !jwt.header[*name].is_null());
    if names_certificate || jwt.text("iss").eq_ignore_ascii_case(&client) {
        verify_certificate(endpoint, &jwt, &client)
    } else {
        verify_federated(endpoint, &jwt)
    }
}

fn verify_certificate(endpoint: Endpoint<'_>, jwt: &Jwt<'_>, client: &str) -> Result<(), StsError> {
    let Endpoint { simulator, at, base } = endpoint;
    // Clients sign with the machine's clock; the validity of a certificate follows the simulation's clock.
    let (now, virtual_now) = (real_now(), simulator.clock.now());
    let thumbprint = jwt.thumbprint();
    let known = simulator.credentials.certificates();
    let found = known.iter().find(|one| match &thumbprint {
        Some(bytes) if bytes.len() == 20 => one.sha1 == *bytes,
        Some(bytes) => one.sha256 == *bytes,
        None => false,
    });
    let named = thumbprint
        .as_deref()
        .map_or_else(String::new, |bytes| format!(", Thumbprint of key used by client: '{}'", hex(bytes)));
    let certificate = found.ok_or_else(|| {
        let text = "The certificate with identifier used to sign the client assertion is not registered on \
                    application.";
        unregistered(text, &format!("The key was not found.{named}"), client)
    })?;
    if virtual_now < certificate.from || virtual_now > certificate.until {
        let text =
            "The certificate with identifier used to sign the client assertion is expired on application.";
        let Certificate { from, until, .. } = certificate;
        let found = format!("Found key 'Start={}, End={}'", sts_date(*from), sts_date(*until));
        return Err(unregistered(text, &format!("The key was expired.{named}, {found}"), client));
    }
    if !jwt.is_signed_with(&certificate.key) {
        let reason = "The provided signature value did not match the expected signature value.";
        let text = "Client assertion contains an invalid signature.";
        return Err(unregistered(text, &format!("{reason}{named}"), client));
    }
    if !jwt.text("iss").eq_ignore_ascii_case(client) || !jwt.text("sub").eq_ignore_ascii_case(client) {
        let text = "Client assertion application identifier doesn't match 'client_id' parameter. Review the \
                    documentation at https://learn.microsoft.com/entra/identity-platform/certificate-credentials .";
        return Err(StsError::new("invalid_client", 700_021, text));
    }
    if !is_ours(jwt.text("aud"), at, base, simulator) {
        let text = "Client assertion audience claim does not match Realm issuer. Review the documentation at \
                    https://learn.microsoft.com/entra/identity-platform/certificate-credentials .";
        return Err(StsError::new("invalid_client", 700_023, text));
    }
    let expires = jwt.check_dates(now)?;
    if !jwt.text("jti").is_empty() && !simulator.credentials.note(jwt.text("jti"), expires, now) {
        let text = "Assertion is not within its valid use: the identifier 'jti' was presented before.";
        return Err(StsError::new("invalid_client", 50_013, text));
    }
    Ok(())
}

/// Verifies an assertion of a trusted issuer. It may be reused, because a cluster renews its token files once an hour.
fn verify_federated(endpoint: Endpoint<'_>, jwt: &Jwt<'_>) -> Result<(), StsError> {
    let (issuer, subject, audience) = (jwt.text("iss"), jwt.text("sub"), jwt.text("aud"));
    let none = |code, what: &str, value: &str| {
        let text = format!(
            "No matching federated identity record found for presented assertion {what} '{value}'. Check your \
             federated identity credential Subject, Audience and Issuer against the presented assertion. \
             https://learn.microsoft.com/entra/workload-id/workload-identity-federation"
        );
        StsError::new("invalid_client", code, text)
    };
    let trusted = endpoint.simulator.credentials.federated();
    let of_issuer: Vec<_> = trusted.iter().filter(|one| one.issuer == issuer).collect();
    if of_issuer.is_empty() {
        return Err(none(700_211, "issuer", issuer));
    }
    if audience != federated::AUDIENCE {
        return Err(none(700_212, "audience", audience));
    }
    let one = of_issuer.into_iter().find(|one| one.subject == subject);
    let one = one.ok_or_else(|| none(700_213, "subject", subject))?;
    let key = one.key(jwt.header["kid"].as_str());
    if !key.is_some_and(|key| jwt.is_signed_with(key)) {
        let text = "Assertion failed signature validation. [Reason - The key was not found, or the provided \
                    signature value did not match the expected signature value.]";
        return Err(StsError::new("invalid_client", 50_013, text));
    }
    jwt.check_dates(real_now()).map(drop)
}

/// Whether an audience is the requested token endpoint, with the tenant's id or one of its domains, or the issuer of
/// that tenant.
fn is_ours(audience: &str, at: &TenantRef, base: &Base, simulator: &Simulator) -> bool {
    let path = audience.strip_prefix(base.as_str()).and_then(|rest| rest.strip_prefix('/'));
    let Some((segment, rest)) = path.and_then(|path| path.split_once('/')) else { return false };
    let same = match (TenantRef::parse(simulator, segment), at) {
        (Ok(TenantRef::One(one)), TenantRef::One(other)) => one.tid == other.tid,
        (Ok(TenantRef::Organizations), TenantRef::Organizations) => true,
        (Ok(TenantRef::Common), TenantRef::Common) => true,
        _ => false,
    };
    same && matches!(rest, "oauth2/v2.0/token" | "oauth2/token" | "v2.0" | "")
}

fn unregistered(text: &str, reason: &str, client: &str) -> StsError {
    let text = format!(
        "{text} [Reason - {reason}, Please visit the Azure Portal, Graph Explorer or directly use MS Graph to see \
         configured keys for app Id '{client}'.]"
    );
    StsError::new("invalid_client", 700_027, text)
}
