//! The `{tenant}` of a path: an organisation, or a name that stands for several.

use std::sync::Arc;

use super::error::StsError;
use crate::directory::tenant::Tenant;
use crate::state::Simulator;

/// The tenants that an endpoint serves.
#[derive(Debug, Clone)]
pub(crate) enum TenantRef {
    One(Arc<Tenant>),
    /// Any work account.
    Organizations,
    /// Any account.
    Common,
}

impl TenantRef {
    /// Parses a path segment: tenant id, domain, `organizations` or `common`.
    pub(crate) fn parse(simulator: &Simulator, segment: &str) -> Result<Self, StsError> {
        match segment {
            "organizations" => return Ok(Self::Organizations),
            "common" => return Ok(Self::Common),
            _ => {}
        }
        if let Some(tenant) = simulator.tenants.find(segment) {
            return Ok(Self::One(tenant));
        }
        if uuid::Uuid::parse_str(segment).is_err() && !looks_like_a_domain(segment) {
            let text = format!(
                "Specified tenant identifier '{segment}' is neither a valid DNS name, nor a valid external domain."
            );
            return Err(StsError::new("invalid_request", 900_023, text));
        }
        let text = format!(
            "Tenant '{segment}' not found. Check to make sure you have the correct tenant ID and are signing into \
             the correct cloud. Check with your subscription administrator, this may happen if there are no active \
             subscriptions for the tenant."
        );
        Err(StsError::new("invalid_tenant", 90_002, text))
    }

    /// Like [`TenantRef::parse`], but refuses tenants of another cloud than the simulated one.
    pub(crate) fn parse_here(simulator: &Simulator, segment: &str) -> Result<Self, StsError> {
        let parsed = Self::parse(simulator, segment)?;
        match &parsed {
            Self::One(tenant) if tenant.foreign => Err(StsError::new(
                "invalid_request",
                90_038,
                format!(
                    "Tenant '{}' request is being redirected to the National Cloud '{}'.",
                    tenant.domain,
                    tenant.cloud.facts().login_host
                ),
            )),
            _ => Ok(parsed),
        }
    }

    /// Whether people of this tenant may sign in here.
    pub(crate) fn admits(&self, tenant: &Tenant) -> bool {
        match self {
            Self::One(one) => one.tid == tenant.tid,
            Self::Organizations | Self::Common => !tenant.foreign,
        }
    }

    pub(crate) fn title(&self) -> &str {
        match self {
            Self::One(tenant) => &tenant.display_name,
            Self::Organizations | Self::Common => "your organisation",
        }
    }
}

fn looks_like_a_domain(text: &str) -> bool {
    let labels: Vec<&str> = text.split('.').collect();
    labels.len() > 1
        && labels.iter().all(|label| {
            !label.is_empty()
                && label.chars().all(|c| c.is_alphanumeric() || c == '-')
                && !label.starts_with('-')
        })
}
