//! Odd answers about one user: properties of another type than documented, nulls inside lists, or no id.

use serde_json::{Map, Value};

/// What differs in every answer about the user, whatever is selected.
#[derive(Debug, Clone, Default)]
pub(crate) struct Oddity {
    /// Properties with these values.
    pub(crate) set: Map<String, Value>,
    /// Properties that are missing.
    pub(crate) omit: Vec<String>,
}

impl Oddity {
    /// Changes the JSON of the user.
    pub(crate) fn apply(&self, user: &mut Map<String, Value>) {
        user.extend(self.set.clone());
        user.retain(|name, _| !self.omit.contains(name));
    }
}
