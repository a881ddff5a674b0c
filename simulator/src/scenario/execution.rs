//! Executes scenarios through the controls.

use axum::body::{Body, to_bytes};
use axum::http::{Method, Request};
use tower::ServiceExt as _;

use super::{Scenario, ScenarioError};
use crate::control;
use crate::state::Simulator;

impl Scenario {
    /// Executes its calls, one after the other.
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
    /// Applies the scenarios of its options, as `start` does.
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
