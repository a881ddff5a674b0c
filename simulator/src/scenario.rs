//! Scenarios: named lists of control calls in `scenarios/*.json`.

mod execution;

use std::path::Path;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The built-in scenarios.
const FILES: &[&str] = &[
    include_str!("../scenarios/a-week-away.json"),
    include_str!("../scenarios/access-policy.json"),
    include_str!("../scenarios/big-tenant-slow-exchange.json"),
    include_str!("../scenarios/consent-still-propagating.json"),
    include_str!("../scenarios/disabled-overnight.json"),
    include_str!("../scenarios/everything-at-once.json"),
    include_str!("../scenarios/flaky-network.json"),
    include_str!("../scenarios/hybrid-exchange.json"),
    include_str!("../scenarios/licence-lapse.json"),
    include_str!("../scenarios/links-at-microsoft.json"),
    include_str!("../scenarios/links-that-end.json"),
    include_str!("../scenarios/mailboxes-moving.json"),
    include_str!("../scenarios/nearly-no-quota.json"),
    include_str!("../scenarios/no-directory-roles.json"),
    include_str!("../scenarios/odd-mailboxes.json"),
    include_str!("../scenarios/odd-pages.json"),
    include_str!("../scenarios/odd-users.json"),
    include_str!("../scenarios/one-throttled-mailbox.json"),
    include_str!("../scenarios/rbac-scoped.json"),
    include_str!("../scenarios/refused-delta-link.json"),
    include_str!("../scenarios/revoked-overnight.json"),
    include_str!("../scenarios/shared-with-sign-in.json"),
    include_str!("../scenarios/shrunk-directory.json"),
    include_str!("../scenarios/throttled-afternoon.json"),
    include_str!("../scenarios/tokens-in-trouble.json"),
];

/// A list of control calls, with a name and an explanation.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// Lower case with hyphens.
    pub name: String,
    /// One line for users of the simulator.
    pub explanation: String,
    /// The calls, in order.
    pub calls: Vec<Call>,
}

/// One control call.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Call {
    /// Method and path, the latter without `/_sim`: `POST /tenants/contoso.com/consent`.
    pub call: String,
    /// The body, as over HTTP.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub body: Value,
}

/// Why a scenario failed. The effects of the calls before the failure remain.
#[derive(Debug, thiserror::Error)]
pub enum ScenarioError {
    /// Neither a name nor a file.
    #[error("no scenario '{0}', and no such file; known: {known}", known = known())]
    Unknown(String),
    /// The file is not a scenario.
    #[error("'{0}' is not a scenario: {1}")]
    Malformed(String, serde_json::Error),
    /// A control refused a call.
    #[error("scenario '{scenario}': {call} was refused: {answer}")]
    Refused {
        /// Name of the scenario.
        scenario: String,
        /// The refused call.
        call: String,
        /// The control's answer.
        answer: String,
    },
}

fn known() -> String {
    Scenario::built_in().iter().map(|it| it.name.as_str()).collect::<Vec<_>>().join(", ")
}

impl Scenario {
    /// The built-in scenarios.
    #[must_use]
    pub fn built_in() -> Vec<Self> {
        // A test checks that all files are valid.
        FILES.iter().filter_map(|text| serde_json::from_str(text).ok()).collect()
    }

    /// A scenario by its name, or from a file.
    ///
    /// # Errors
    /// When there is neither, or the file is not a scenario.
    pub fn load(name_or_file: &str) -> Result<Self, ScenarioError> {
        if let Some(scenario) = Self::built_in().into_iter().find(|it| it.name == name_or_file) {
            return Ok(scenario);
        }
        let text = std::fs::read_to_string(Path::new(name_or_file))
            .map_err(|_| ScenarioError::Unknown(name_or_file.to_owned()))?;
        serde_json::from_str(&text).map_err(|error| ScenarioError::Malformed(name_or_file.to_owned(), error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_a_scenario_with_a_unique_name_and_a_one_line_explanation() {
        let scenarios = Scenario::built_in();
        assert_eq!(scenarios.len(), FILES.len());
        let mut names: Vec<_> = scenarios.iter().map(|it| it.name.as_str()).collect();
        assert!(names.is_sorted());
        names.dedup();
        assert_eq!(names.len(), FILES.len());
        assert!(scenarios.iter().all(|it| it.explanation.ends_with('.') && !it.explanation.contains('\n')));
    }
}
