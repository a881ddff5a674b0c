//! The subscription that the tenant's licences come from.

use axum::Json;
use axum::extract::{Path, State};
use serde::Deserialize;
use serde_json::{Value, json};

use super::error::{ControlError, Input};
use super::tenant;
use crate::directory::plans::LicenceStatus;
use crate::directory::property::Property;
use crate::state::Simulator;

/// How licences stand from now on: those of some users, or of everybody.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Change {
    status: LicenceStatus,
    /// Addresses or ids; everybody when missing.
    users: Option<Vec<String>>,
}

/// `POST /_sim/tenants/{t}/licences`: surfaces in delta for every user it changes.
pub(crate) async fn set(
    State(simulator): State<Simulator>,
    Path(key): Path<String>,
    Input(change): Input<Change>,
) -> Result<Json<Value>, ControlError> {
    let tenant = tenant(&simulator, &key)?;
    let mut state = tenant.write();
    let places: Vec<u32> = match &change.users {
        None => (0..tenant.places(&state)).collect(),
        Some(users) => {
            let found = users.iter().map(|user| {
                let record = tenant.find_recipient(&state, user);
                record.map(|it| it.index).ok_or_else(|| ControlError::missing(format!("no user '{user}'")))
            });
            found.collect::<Result<_, _>>()?
        }
    };
    let mut changed = 0;
    for place in places {
        let mut record = tenant.record(&state, place);
        if record.licence.sku().is_some() && record.licence_status != change.status {
            record.licence_status = change.status;
            tenant.store(&mut state, record, Property::AssignedPlans.bit());
            changed += 1;
        }
    }
    Ok(Json(json!({ "status": change.status, "changed": changed })))
}
