//! Errors of Graph.
//!
//! <https://learn.microsoft.com/en-us/graph/errors>

use uuid::Uuid;

use crate::directory::fault::Fault;
use crate::directory::throttle::Target;

/// An error with its HTTP status.
#[derive(Debug, Clone)]
pub(crate) struct GraphError {
    pub(crate) status: u16,
    pub(crate) code: String,
    pub(crate) message: String,
    pub(crate) headers: Vec<(&'static str, String)>,
    /// Extra members of `innerError`.
    pub(crate) inner: Vec<(&'static str, String)>,
    /// The seconds announced in `Retry-After`, and the service that the wait applies to, unless only to one mailbox.
    pub(crate) wait: Option<(f64, Option<Target>)>,
    /// In a batch, this part has null instead of headers.
    pub(crate) null_headers: bool,
}

impl GraphError {
    pub(crate) fn new(status: u16, code: impl Into<String>, message: impl Into<String>) -> Self {
        let headers = if status == 401 {
            vec![(
                "WWW-Authenticate",
                "Bearer realm=\"\", authorization_uri=\"common/oauth2/authorize\"".to_owned(),
            )]
        } else {
            Vec::new()
        };
        Self {
            status,
            code: code.into(),
            message: message.into(),
            headers,
            inner: Vec::new(),
            wait: None,
            null_headers: false,
        }
    }

    pub(crate) fn bad_request(message: impl Into<String>) -> Self {
        Self::new(400, "BadRequest", message)
    }

    /// 404 of the directory.
    pub(crate) fn no_such_user(key: &str) -> Self {
        let text = format!(
            "Resource '{key}' does not exist or one of its queried reference-property objects are not present."
        );
        Self::new(404, "Request_ResourceNotFound", text)
    }

    /// 429, with the headers of the service that throttles this application in this tenant.
    pub(crate) fn throttled(target: Target, seconds: f64, app: Uuid, tid: Uuid) -> Self {
        let mut error = if target == Target::Mailboxes {
            Self::new(429, "ApplicationThrottled", "Application is over its MailboxConcurrency limit.")
        } else {
            Self::new(429, "TooManyRequests", "Too many requests.")
        };
        if target == Target::Directory {
            error.headers.push(("x-ms-throttle-scope", format!("Tenant_Application/ReadWrite/{app}/{tid}")));
            error.headers.push(("x-ms-throttle-information", "ResourceUnitLimitExceeded".to_owned()));
        }
        error.wait(seconds, Some(target))
    }

    /// Announces a wait, for all callers of the service `everyone`, or only for this mailbox if `None`.
    pub(crate) fn wait(mut self, seconds: f64, everyone: Option<Target>) -> Self {
        // Rounded up to a millisecond, so that a client that waits exactly this long is not early.
        let seconds = (seconds * 1000.0).ceil() / 1000.0;
        self.headers.push(("Retry-After", seconds.to_string()));
        self.wait = Some((seconds, everyone));
        self
    }
}

impl From<&Fault> for GraphError {
    fn from(fault: &Fault) -> Self {
        let error = Self::new(fault.status, fault.code.clone(), fault.message.clone());
        let error = Self { null_headers: fault.null_headers, ..error };
        match fault.retry_after {
            Some(seconds) => error.wait(seconds, None),
            None => error,
        }
    }
}
