//! The status of the subscription behind the tenant's licences.

use axum::Json;
use axum::extract::{Path, State};
use serde::Deserialize;
use serde_json::{Value, json};

use super::error::{ControlError, Input};
use super::tenant;
use crate::directory::plans::LicenceStatus;
use crate::directory::property::Property;
use crate::state::Simulator;

/// The new status of licences: of some users, or of all.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Change {
    status: LicenceStatus,
    /// Addresses or ids; all users when missing.
    users: Option<Vec<String>>,
}

/// `POST /_sim/tenants/{t}/licences`: delta reports every user that it changes.
pub(crate) async fn set(
    State(simulator): State<Simulator>,
    Path(key): Path<String>,
    Input(change): Input<Change>,
) -> Result<Json<Value>, ControlError> {
    let tenant = tenant::named(&simulator, &key)?;
    let mut state = tenant.write();
    let indexes: Vec<u32> = match &change.users {
        None => (0..tenant.index_count(&state)).collect(),
        Some(users) => {
            let found = users.iter().map(|user| {
                let record = tenant.find_recipient(&state, user);
                record.map(|it| it.index).ok_or_else(|| ControlError::missing(format!("no user '{user}'")))
            });
            found.collect::<Result<_, _>>()?
        }
    };
    let mut changed = 0;
    for index in indexes {
        let mut record = tenant.record(&state, index);
        if record.licence.sku().is_some() && record.licence_status != change.status {
            record.licence_status = change.status;
            tenant.store(&mut state, record, Property::AssignedPlans.bit());
            changed += 1;
        }
    }
    Ok(Json(json!({ "status": change.status, "changed": changed })))
}
