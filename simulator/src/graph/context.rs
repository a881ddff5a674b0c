//! A request to Graph, and its context.

use axum::http::{HeaderMap, Method};
use url::form_urlencoded;
use uuid::Uuid;

use super::caller::Caller;
use super::error::GraphError;
use crate::chaos::Injection;
use crate::directory::fault::Fault;
use crate::directory::mailbox_access::Verdict;
use crate::directory::throttle::Target;
use crate::state::Simulator;

/// A single request or a part of a batch.
#[derive(Debug)]
pub(crate) struct GraphRequest {
    pub(crate) method: Method,
    /// Path after the version, decoded.
    pub(crate) segments: Vec<String>,
    /// The query, decoded, in order.
    pub(crate) query: Vec<(String, String)>,
    pub(crate) headers: HeaderMap,
}

impl GraphRequest {
    /// Parses `/users/x?$select=id`; the first slash is optional, as in batches.
    pub(crate) fn parse(method: Method, target: &str, headers: HeaderMap) -> Self {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let segments = path.split('/').filter(|segment| !segment.is_empty()).map(decoded).collect();
        let query = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        Self { method, segments, query, headers }
    }

    pub(crate) fn is(&self, method: &Method, segments: &[&str]) -> bool {
        self.method == *method && self.segments == segments
    }

    /// A query option, by its name with or without `$`.
    pub(crate) fn option(&self, name: &str) -> Option<&str> {
        let named = |key: &str| key.strip_prefix('$').unwrap_or(key).eq_ignore_ascii_case(name);
        self.query.iter().find(|(key, _)| named(key)).map(|(_, value)| value.as_str())
    }

    /// Refuses options that this call does not support.
    pub(crate) fn refuse(&self, names: &[&str]) -> Result<(), GraphError> {
        match names.iter().find(|name| self.option(name).is_some()) {
            Some(name) => {
                let text = format!("The query option '${name}' is not supported for this request.");
                Err(GraphError::new(400, "Request_UnsupportedQuery", text))
            }
            None => Ok(()),
        }
    }

    /// Whether the caller accepts eventual consistency (`ConsistencyLevel: eventual`).
    pub(crate) fn is_eventual(&self) -> bool {
        let level = self.headers.get("consistencylevel").and_then(|value| value.to_str().ok());
        level.is_some_and(|level| level.eq_ignore_ascii_case("eventual"))
    }

    /// The user in the path.
    pub(crate) fn user(&self) -> Option<&str> {
        match self.segments.as_slice() {
            [users, id, ..]
                if users == "users" && !id.starts_with('$') && !id.ends_with("delta()") && id != "delta" =>
            {
                Some(id)
            }
            _ => None,
        }
    }

    /// The service that answers this request.
    pub(crate) fn target(&self) -> Target {
        if self.is_mail() { Target::Mailboxes } else { Target::Directory }
    }

    /// Whether this request follows the link of an earlier page or round.
    pub(crate) fn continues(&self) -> bool {
        self.option("skiptoken").is_some() || self.option("deltatoken").is_some()
    }

    /// Whether Exchange answers this request, not the directory.
    pub(crate) fn is_mail(&self) -> bool {
        self.segments.get(2).is_some_and(|segment| segment.starts_with("mail"))
    }
}

fn decoded(segment: &str) -> String {
    // In a path, `+` is a plus sign, unlike in a form.
    let kept = segment.replace('+', "%2B").replace('&', "%26").replace('=', "%3D");
    form_urlencoded::parse(kept.as_bytes()).next().map_or_else(String::new, |(name, _)| name.into_owned())
}

/// The data that a call needs besides the request.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Context<'a> {
    pub(crate) simulator: &'a Simulator,
    pub(crate) base: &'a str,
    pub(crate) caller: &'a Caller,
    pub(crate) request_id: Uuid,
    /// Whether the HTTP request arrived within an announced wait of the directory, and of Exchange.
    pub(crate) early: (bool, bool),
    /// The failure to inject into this request.
    pub(crate) injection: Option<Injection>,
}

impl Context<'_> {
    /// Whether the HTTP request arrived within an announced wait of this service.
    pub(crate) fn is_early(&self, target: Target) -> bool {
        if target == Target::Mailboxes { self.early.1 } else { self.early.0 }
    }

    /// Checks for one of the directory permissions in `accepted`.
    pub(crate) fn need(&self, accepted: &[&str]) -> Result<(), GraphError> {
        if self.caller.has_any(accepted) {
            return Ok(());
        }
        let text = "Insufficient privileges to complete the operation.";
        Err(GraphError::new(403, "Authorization_RequestDenied", text))
    }

    /// Checks for one of the mailbox permissions in `accepted`, which Entra or Exchange may have granted. Exchange's
    /// refusals differ from the directory's, and have another code if the token holds no permissions at all.
    pub(crate) fn need_mail(&self, accepted: &[&str], key: &str) -> Result<(), GraphError> {
        let (tenant, state) = (&self.caller.tenant, self.caller.tenant.read());
        let mailbox = tenant.find_recipient(&state, key).map(|record| record.index);
        let in_entra = self.caller.has_any(accepted);
        match state.mailbox_access.judge(in_entra, accepted, mailbox) {
            Verdict::Allowed => Ok(()),
            Verdict::BlockedByPolicy => Err(GraphError::from(&Fault::named("ErrorAccessDenied:RAOP"))),
            Verdict::Missing if self.caller.roles.is_empty() => {
                let text = "The token contains no permissions, or permissions can not be understood.";
                Err(GraphError::new(401, "NoPermissionsInAccessToken", text))
            }
            Verdict::Missing | Verdict::OutOfScope => {
                Err(GraphError::from(&Fault::named("ErrorAccessDenied")))
            }
        }
    }
}
