//! Finds the tenant of a request.

use std::sync::Arc;

use super::error::ControlError;
use crate::directory::tenant::Tenant;
use crate::state::Simulator;

/// The tenant named in a path, by id or domain.
pub(super) fn named(simulator: &Simulator, key: &str) -> Result<Arc<Tenant>, ControlError> {
    simulator.tenants.find(key).ok_or_else(|| ControlError::missing(format!("no tenant '{key}'")))
}
