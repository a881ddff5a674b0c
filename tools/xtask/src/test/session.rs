//! State shared by the parts of one run.

use std::cell::{OnceCell, RefCell};

use anyhow::Result;

use super::slowest::Timed;
use crate::{build::Programs, bundle::Site, workspace::Workspace};

/// The state: the workspace, the arguments, and what earlier parts made.
pub(super) struct Session {
    pub(super) workspace: Workspace,
    /// Arguments for the part's own runner.
    pub(super) rest: Vec<String>,
    /// Set by the first part that needs it.
    pub(super) release: OnceCell<Release>,
    pub(super) slowest: RefCell<Vec<Timed>>,
}

/// The product as it is deployed.
pub(super) struct Release {
    pub(super) programs: Programs,
    pub(super) site: Site,
}

impl Session {
    pub(super) fn new(workspace: Workspace, rest: Vec<String>) -> Self {
        Self { workspace, rest, release: OnceCell::new(), slowest: RefCell::default() }
    }

    /// Stores the times of a part's tests, also when it failed, because a failed test may have hung. The part's own
    /// failure takes precedence over a missing report.
    pub(super) fn keep_times(&self, passed: Result<()>, timed: Result<Vec<Timed>>) -> Result<()> {
        let read = timed.map(|timed| self.slowest.borrow_mut().extend(timed));
        passed.and(read)
    }
}
