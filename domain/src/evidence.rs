//! Evidence of a failed request: its code, and the id by which Microsoft's support finds it.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Microsoft's answer to the last request about a mailbox, if it failed. Contains no personal data.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// Microsoft's own code, e.g. `MailboxNotEnabledForRESTAPI`, or the HTTP status.
    pub code: Option<String>,
    /// The id by which Microsoft finds the request.
    pub request_id: Option<String>,
}

impl Evidence {
    /// Evidence with at least one of both parts.
    #[must_use]
    pub fn new(code: Option<String>, request_id: Option<String>) -> Option<Self> {
        (code.is_some() || request_id.is_some()).then_some(Self { code, request_id })
    }
}

impl fmt::Display for Evidence {
    /// "ErrorItemNotFound, request 1234"
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.code, &self.request_id) {
            (Some(code), Some(id)) => write!(f, "{code}, request {id}"),
            (Some(code), None) => f.write_str(code),
            (None, Some(id)) => write!(f, "request {id}"),
            (None, None) => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_one_short_text() {
        let evidence = |code: Option<&str>, id: Option<&str>| {
            Evidence { code: code.map(str::to_owned), request_id: id.map(str::to_owned) }.to_string()
        };
        assert_eq!(evidence(Some("HTTP 418"), Some("a-1")), "HTTP 418, request a-1");
        assert_eq!(evidence(Some("X"), None), "X");
        assert_eq!(evidence(None, Some("a-1")), "request a-1");
        assert_eq!(evidence(None, None), "");
    }
}
