//! The steps at Microsoft's pages: first the sign-in (which user, tenant and role), then the consent; and the last one
//! at ours, which links the organisation.
//!
//! Parameters from the browser are untrusted. The tenant is taken from the verified id_token, and the `tenant`
//! parameter of the consent redirect must equal it.

use domain::{Reason, ids::AttemptId, text::clean};
use microsoft::{
    Authority, Class, ConsentAnswer, SignInAnswer, TenantId, is_privileged, read_consent_answer,
    read_sign_in_answer,
};
use secrecy::ExposeSecret;
use url::Url;

use crate::{redirects, state::AppState, tenant::tenant_reason};
use store::{AttemptStep, Browser, StoreError};

/// The browser's next step.
#[derive(Debug)]
pub enum NextStep {
    /// Goes to a page of Microsoft.
    Redirect(Url),
    /// Goes to our page that asks for the last word on this attempt.
    Confirm(AttemptId),
    /// Goes to our page with the result; the console's tab has been notified.
    Ended(AttemptId),
    /// Declined after it was connected.
    TooLate,
    /// The link or state is unknown, used, expired, or of another browser.
    InvalidLink,
    /// An approval that was started elsewhere (in Microsoft's own portal): it links nothing.
    NotStartedHere,
    /// A failure on our side, or Microsoft does not answer.
    Failed,
}

/// Starts the sign-in for a link whose page was confirmed in `browser`.
pub async fn begin(state: &AppState, link: &str, browser: Browser<'_>) -> NextStep {
    match state.store.begin_sign_in(link).await {
        Ok(step) => go_to_sign_in(state, &step, browser).await,
        Err(error) => failed(&error),
    }
}

/// Starts the sign-in again, for another account.
pub async fn begin_again(state: &AppState, attempt: AttemptId, browser: Browser<'_>) -> NextStep {
    match state.store.begin_again(attempt, browser).await {
        Ok(step) => go_to_sign_in(state, &step, browser).await,
        Err(error) => failed(&error),
    }
}

async fn go_to_sign_in(state: &AppState, step: &AttemptStep, browser: Browser<'_>) -> NextStep {
    let Some(redirect) = redirects::url(&state.config, redirects::SIGNED_IN) else {
        return NextStep::Failed;
    };
    let start = state.microsoft.start_sign_in(authority(step), &redirect, None);
    match state.store.store_sign_in(step, browser, &start.state, &start.nonce, &start.pkce_verifier).await {
        Ok(()) => NextStep::Redirect(start.url),
        Err(error) => failed(&error),
    }
}

/// Handles the return from the sign-in page: proves the tenant, then goes on to the consent page.
pub async fn signed_in(state: &AppState, query: &[(String, String)], browser: Browser<'_>) -> NextStep {
    match read_sign_in_answer(query) {
        Ok(SignInAnswer::Code { code, state: Some(token) }) => {
            match state.store.take_state(&token, browser).await {
                Ok(step) => prove(state, &step, &code).await,
                Err(error) => failed(&error),
            }
        }
        Ok(SignInAnswer::Refused { failure, state: Some(token) }) => {
            match state.store.take_state(&token, browser).await {
                Ok(step) => {
                    tracing::warn!(%failure, "a sign-in was refused");
                    refuse(state, &step, tenant_reason(&failure, false), None).await
                }
                Err(error) => failed(&error),
            }
        }
        Ok(_) | Err(_) => NextStep::InvalidLink,
    }
}

async fn prove(state: &AppState, step: &AttemptStep, code: &str) -> NextStep {
    let (Some(verifier), Some(nonce), Some(redirect)) =
        (&step.pkce_verifier, &step.nonce, redirects::url(&state.config, redirects::SIGNED_IN))
    else {
        return NextStep::InvalidLink;
    };
    let person = match state
        .microsoft
        .finish_sign_in(code, verifier.expose_secret(), nonce.expose_secret(), &redirect, &authority(step))
        .await
    {
        Ok(person) => person,
        // Of an id_token or a code that is not valid; the reason stands in the log.
        Err(failure) if failure.class == Class::Unknown => {
            tracing::warn!(%failure, "a sign-in is not valid");
            return NextStep::InvalidLink;
        }
        Err(failure) => {
            tracing::warn!(%failure, "sign-in could not be finished");
            return refuse(state, step, tenant_reason(&failure, false), None).await;
        }
    };
    let name = clean(if person.username.is_empty() { &person.name } else { &person.username });
    let name = name.as_ref();
    if step.expected_tid.as_deref().is_some_and(|expected| expected != person.tid.as_str()) {
        return refuse(state, step, Reason::WrongTenant, Some(name)).await;
    }
    // A sign-in without an administrator role proves the tenant, but not the right to link it.
    match &person.wids {
        Some(roles) if !is_privileged(roles) => {
            return refuse(state, step, Reason::NotAdmin, Some(name)).await;
        }
        Some(_) => {}
        // Without the roles nobody has proved to be an administrator.
        None => {
            tracing::error!(
                "an administrator was refused, because the id_token has no directory roles: set groupMembershipClaims \
                 to DirectoryRole in the app registration"
            );
            return refuse(state, step, Reason::OurCredentialProblem, Some(name)).await;
        }
    }
    let Some(redirect) = redirects::url(&state.config, redirects::CONSENTED) else {
        return NextStep::Failed;
    };
    let token = state.store.sources.token();
    match state.store.prove_tenant(step, person.tid.as_str(), &person.oid, name, &token).await {
        Ok(_) => NextStep::Redirect(state.microsoft.admin_consent_url(&person.tid, &redirect, &token)),
        Err(error) => failed(&error),
    }
}

/// Handles the return from the consent page. It links nothing yet: the person confirms the workspace first.
pub async fn consented(state: &AppState, query: &[(String, String)], browser: Browser<'_>) -> NextStep {
    match read_consent_answer(query) {
        Ok(ConsentAnswer::Granted { state: None, .. } | ConsentAnswer::Refused { state: None, .. }) => {
            NextStep::NotStartedHere
        }
        Ok(ConsentAnswer::Granted { tenant, state: Some(token) }) => {
            let step = match state.store.take_state(&token, browser).await {
                Ok(step) => step,
                Err(error) => return failed(&error),
            };
            if step.proven_tid.as_deref() != Some(tenant.as_str()) {
                return refuse(state, &step, Reason::WrongTenant, None).await;
            }
            match state.store.record_consent(&step).await {
                Ok(view) => NextStep::Confirm(view.id),
                Err(error) => failed(&error),
            }
        }
        Ok(ConsentAnswer::Refused { failure, state: Some(token) }) => {
            match state.store.take_state(&token, browser).await {
                Ok(step) => refuse(state, &step, tenant_reason(&failure, false), None).await,
                Err(error) => failed(&error),
            }
        }
        Err(_) => NextStep::InvalidLink,
    }
}

/// Links the organisation that was approved in `browser`, or declines that.
pub async fn finish(state: &AppState, attempt: AttemptId, browser: Browser<'_>, decline: bool) -> NextStep {
    let step = match state.store.begin_again(attempt, browser).await {
        Ok(step) => step,
        // The button was pressed twice: the result page says what has become of it.
        Err(StoreError::NotFound) => {
            let known = state.store.attempt_here(attempt, browser).await;
            return known.map_or_else(
                |error| failed(&error),
                |view| if decline { NextStep::TooLate } else { NextStep::Ended(view.id) },
            );
        }
        Err(error) => return failed(&error),
    };
    let (true, Some(tid)) = (step.consented, &step.proven_tid) else { return NextStep::Ended(attempt) };
    if decline {
        return refuse(state, &step, Reason::ConsentNotUsed, None).await;
    }
    match state.store.grant_attempt(&step, tid).await {
        Ok(view) => {
            // Tokens from before the approval lack its roles.
            if let Ok(tenant) = tid.parse::<TenantId>() {
                state.microsoft.invalidate_token(&tenant);
            }
            NextStep::Ended(view.id)
        }
        Err(StoreError::LinkedElsewhere) => {
            refuse(state, &step, Reason::AlreadyConnectedElsewhere, None).await
        }
        Err(error) => failed(&error),
    }
}

async fn refuse(state: &AppState, step: &AttemptStep, reason: Reason, who: Option<&str>) -> NextStep {
    match state.store.refuse_attempt(step, reason, who).await {
        Ok(view) => NextStep::Ended(view.id),
        Err(error) => failed(&error),
    }
}

fn failed(error: &StoreError) -> NextStep {
    if matches!(error, StoreError::NotFound) {
        return NextStep::InvalidLink;
    }
    tracing::error!(%error, "consent could not be recorded");
    NextStep::Failed
}

fn authority(step: &AttemptStep) -> Authority {
    step.expected_tid
        .as_deref()
        .and_then(|tid| tid.parse().ok())
        .map_or(Authority::Organizations, Authority::Tenant)
}
