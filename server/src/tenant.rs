//! Interpretation of Microsoft's answers about a tenant: the permission checklist, reasons for failures, and the
//! expiry of our own credentials.

pub(crate) mod credentials;
pub(crate) mod preflight;
pub(crate) mod reasons;

pub(crate) use reasons::tenant_reason;
