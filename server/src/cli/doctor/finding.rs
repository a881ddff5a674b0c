//! The findings of `server doctor`.

use std::fmt;

/// The result of one step: a good one, or a problem with its fix.
#[derive(Debug)]
pub struct Finding {
    pub about: &'static str,
    pub outcome: Result<String, Problem>,
}

/// A problem, and how to fix it.
#[derive(Debug)]
pub struct Problem {
    pub what: String,
    pub fix: String,
}

impl Finding {
    pub(super) fn good(about: &'static str, text: impl Into<String>) -> Self {
        Self { about, outcome: Ok(text.into()) }
    }

    pub(super) fn bad(about: &'static str, what: impl fmt::Display, fix: impl Into<String>) -> Self {
        Self { about, outcome: Err(Problem { what: what.to_string(), fix: fix.into() }) }
    }

    #[must_use]
    pub fn is_good(&self) -> bool {
        self.outcome.is_ok()
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.outcome {
            Ok(text) => write!(f, "ok    {:<13} {text}", self.about),
            Err(problem) => {
                write!(f, "FIX   {:<13} {}\n{:<20}{}", self.about, problem.what, "", problem.fix)
            }
        }
    }
}
