//! `$select` on users.

use super::context::GraphRequest;
use super::error::GraphError;
use crate::directory::property::Property;

/// Properties that Graph returns only for a single user, because another service stores them.
const SINGLE_USER_ONLY: [&str; 9] = [
    "mailboxSettings",
    "aboutMe",
    "birthday",
    "hireDate",
    "interests",
    "mySite",
    "skills",
    "schools",
    "responsibilities",
];

/// The properties to return for a collection of users.
///
/// # Errors
/// 501 for properties that are available only for a single user, 400 for ones that do not exist.
pub(crate) fn properties(request: &GraphRequest) -> Result<Vec<Property>, GraphError> {
    let Some(text) = request.option("select").filter(|text| !text.trim().is_empty()) else {
        return Ok(Property::DEFAULT.to_vec());
    };
    let mut chosen = Vec::new();
    for name in text.split(',').map(str::trim) {
        if SINGLE_USER_ONLY.iter().any(|known| known.eq_ignore_ascii_case(name)) {
            return Err(GraphError::new(
                501,
                "NotImplemented",
                "This operation target is not yet supported.",
            ));
        }
        let property = Property::parse(name).ok_or_else(|| {
            GraphError::bad_request(format!(
                "Parsing OData Select and Expand failed: Could not find a property named '{name}' on type \
                 'microsoft.graph.user'."
            ))
        })?;
        if !chosen.contains(&property) {
            chosen.push(property);
        }
    }
    Ok(chosen)
}

/// The part of `@odata.context` that names the selection.
pub(crate) fn context(request: &GraphRequest, properties: &[Property]) -> String {
    if request.option("select").is_none() {
        return String::new();
    }
    let names: Vec<_> = properties.iter().map(|property| property.name()).collect();
    format!("({})", names.join(","))
}
