//! Situations with a name: lists of control calls in `scenarios/*.json`, made through the controls themselves.

use std::path::Path;

use axum::body::{Body, to_bytes};
use axum::http::{Method, Request};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tower::ServiceExt as _;

use crate::control;
use crate::state::Simulator;

/// The scenarios that come with the simulator.
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
    include_str!("../scenarios/links-that-end.json"),
    include_str!("../scenarios/mailboxes-moving.json"),
    include_str!("../scenarios/nearly-no-quota.json"),
    include_str!("../scenarios/rbac-scoped.json"),
    include_str!("../scenarios/revoked-overnight.json"),
    include_str!("../scenarios/throttled-afternoon.json"),
    include_str!("../scenarios/tokens-in-trouble.json"),
];

/// A list of control calls, with a name and a reason.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// Lower case with hyphens.
    pub name: String,
    /// One line for people.
    pub explanation: String,
    /// What is done, in order.
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

/// Why a scenario was not set up. What came before the failure stays.
#[derive(Debug, thiserror::Error)]
pub enum ScenarioError {
    /// Neither a name nor a file.
    #[error("no scenario '{0}', and no such file; known: {known}", known = known())]
    Unknown(String),
    /// Not a scenario.
    #[error("'{0}' is not a scenario: {1}")]
    Malformed(String, serde_json::Error),
    /// A control refused.
    #[error("scenario '{scenario}': {call} was refused: {answer}")]
    Refused {
        /// Its name.
        scenario: String,
        /// Which call.
        call: String,
        /// What the control said.
        answer: String,
    },
}

fn known() -> String {
    Scenario::built_in().iter().map(|it| it.name.as_str()).collect::<Vec<_>>().join(", ")
}

impl Scenario {
    /// The scenarios that come with the simulator.
    #[must_use]
    pub fn built_in() -> Vec<Self> {
        // A test reads them all.
        FILES.iter().filter_map(|text| serde_json::from_str(text).ok()).collect()
    }

    /// A scenario by its name, or from a file.
    ///
    /// # Errors
    /// When there is neither, or the file holds something else.
    pub fn load(name_or_file: &str) -> Result<Self, ScenarioError> {
        if let Some(scenario) = Self::built_in().into_iter().find(|it| it.name == name_or_file) {
            return Ok(scenario);
        }
        let text = std::fs::read_to_string(Path::new(name_or_file))
            .map_err(|_| ScenarioError::Unknown(name_or_file.to_owned()))?;
        serde_json::from_str(&text).map_err(|error| ScenarioError::Malformed(name_or_file.to_owned(), error))
    }

    /// Makes its calls, one after the other.
    ///
    /// # Errors
    /// The first call that a control refused.
    pub async fn apply(&self, simulator: &Simulator) -> Result<(), ScenarioError> {
        for call in &self.calls {
            let refused = |answer| ScenarioError::Refused {
                scenario: self.name.clone(),
                call: call.call.clone(),
                answer,
            };
            let (method, path) = call.call.split_once(' ').unwrap_or(("", &call.call));
            let path = path.strip_prefix("/_sim").unwrap_or(path);
            let method: Method = method.parse().map_err(|_| refused("not a method and a path".to_owned()))?;
            let request = Request::builder().method(method).uri(path).body(Body::from(call.body.to_string()));
            let request = request.map_err(|error| refused(error.to_string()))?;
            let router = control::routes().with_state(simulator.clone());
            let response = router.oneshot(request).await.unwrap_or_else(|never| match never {});
            if !response.status().is_success() {
                let body = to_bytes(response.into_body(), usize::MAX).await.unwrap_or_default();
                return Err(refused(String::from_utf8_lossy(&body).into_owned()));
            }
        }
        Ok(())
    }
}

impl Simulator {
    /// Sets up the scenarios of its options, as `start` does.
    ///
    /// # Errors
    /// The first scenario that failed.
    pub async fn set_the_scene(&self) -> Result<(), ScenarioError> {
        for name in &self.options.scenarios {
            Scenario::load(name)?.apply(self).await?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_a_scenario_with_a_name_of_its_own_and_one_line_of_explanation() {
        let scenarios = Scenario::built_in();
        assert_eq!(scenarios.len(), FILES.len());
        let mut names: Vec<_> = scenarios.iter().map(|it| it.name.as_str()).collect();
        assert!(names.is_sorted());
        names.dedup();
        assert_eq!(names.len(), FILES.len());
        assert!(scenarios.iter().all(|it| it.explanation.ends_with('.') && !it.explanation.contains('\n')));
    }
}
