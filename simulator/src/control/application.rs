//! The registered application: its credentials, and its other settings in the portal.

use axum::Json;
use axum::extract::{Query, State};
use serde::Deserialize;
use serde_json::{Value, json};

use super::error::{ControlError, Input};
use crate::entropy::iso;
use crate::login::certificate::{self, CertificateError, hex};
use crate::login::federated::Federated;
use crate::state::Simulator;

/// Changes to the registration; missing fields stay unchanged.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Change {
    refuse_reused_assertions: Option<bool>,
    /// Whether the client secret has expired.
    secret_expired: Option<bool>,
    /// The registered reply addresses; an empty list allows every loopback address.
    redirect_uris: Option<Vec<String>>,
    /// Whether only accounts of one organisation may sign in.
    single_tenant: Option<bool>,
    /// Whether id_tokens hold the directory roles of the person.
    directory_roles: Option<bool>,
}

/// A certificate to register: an existing one, or a new one with this name.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum NewCertificate {
    Pem(String),
    Make(String),
}

/// Which certificate to remove.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Which {
    /// SHA-1 or SHA-256, hexadecimal.
    thumbprint: Option<String>,
}

/// An issuer to trust for one of its subjects.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewFederated {
    issuer: String,
    subject: String,
    /// A JSON Web Key Set with RSA keys.
    jwks: Value,
}

/// `GET /_sim/application`
pub(crate) async fn show(State(simulator): State<Simulator>) -> Json<Value> {
    Json(describe(&simulator))
}

/// `POST /_sim/application`
pub(crate) async fn set(State(simulator): State<Simulator>, Input(change): Input<Change>) -> Json<Value> {
    if let Some(refuse) = change.refuse_reused_assertions {
        simulator.credentials.refuse_reused(refuse);
    }
    if let Some(expired) = change.secret_expired {
        simulator.credentials.expire_secret(expired);
    }
    if let Some(redirect_uris) = change.redirect_uris {
        simulator.registration.set_redirect_uris(redirect_uris);
    }
    if let Some(single) = change.single_tenant {
        simulator.registration.set_single_tenant(single);
    }
    if let Some(held) = change.directory_roles {
        simulator.registration.set_directory_roles(held);
    }
    Json(describe(&simulator))
}

/// `POST /_sim/application/certificates`: adds to the registered ones, as a rotation requires. For a new certificate,
/// the answer also holds `made: {certificate, private_key}`, PEM.
pub(crate) async fn register(
    State(simulator): State<Simulator>,
    Input(new): Input<NewCertificate>,
) -> Result<Json<Value>, ControlError> {
    let invalid = |error: CertificateError| ControlError::invalid(error.to_string());
    let (pem, made) = match new {
        NewCertificate::Pem(pem) => (pem, None),
        NewCertificate::Make(name) => {
            let (pem, key) = certificate::make(&name, simulator.clock.now()).map_err(invalid)?;
            let made = json!({ "certificate": pem, "private_key": key });
            (pem, Some(made))
        }
    };
    simulator.credentials.add(certificate::read(&pem).map_err(invalid)?);
    let mut answer = describe(&simulator);
    if let Some(made) = made {
        answer["made"] = made;
    }
    Ok(Json(answer))
}

/// `DELETE /_sim/application/certificates`, one by its thumbprint or all.
pub(crate) async fn remove(
    State(simulator): State<Simulator>,
    Query(which): Query<Which>,
) -> Result<Json<Value>, ControlError> {
    let removed = simulator.credentials.remove(which.thumbprint.as_deref());
    match which.thumbprint {
        Some(thumbprint) if removed == 0 => {
            Err(ControlError::missing(format!("no certificate '{thumbprint}'")))
        }
        _ => Ok(Json(describe(&simulator))),
    }
}

/// `POST /_sim/application/federated`
pub(crate) async fn trust(
    State(simulator): State<Simulator>,
    Input(new): Input<NewFederated>,
) -> Result<Json<Value>, ControlError> {
    let federated = Federated::new(new.issuer, new.subject, &new.jwks).ok_or_else(|| {
        ControlError::invalid("'jwks' holds no RSA key: {\"keys\": [{\"kty\": \"RSA\", …}]}")
    })?;
    simulator.credentials.trust(federated);
    Ok(Json(describe(&simulator)))
}

/// `DELETE /_sim/application/federated`
pub(crate) async fn clear_federated(State(simulator): State<Simulator>) -> Json<Value> {
    simulator.credentials.clear_federated();
    Json(describe(&simulator))
}

fn describe(simulator: &Simulator) -> Value {
    let certificates: Vec<Value> = simulator
        .credentials
        .certificates()
        .iter()
        .map(|one| {
            json!({
                "subject": one.subject,
                "sha1": hex(&one.sha1),
                "sha256": hex(&one.sha256),
                "from": iso(one.from),
                "until": iso(one.until),
            })
        })
        .collect();
    let federated: Vec<Value> = simulator
        .credentials
        .federated()
        .iter()
        .map(|one| json!({ "issuer": one.issuer, "subject": one.subject }))
        .collect();
    json!({
        "client_id": simulator.options.client_id,
        "certificates": certificates,
        "federated": federated,
        "refuse_reused_assertions": simulator.credentials.refuses_reused(),
        "redirect_uris": simulator.registration.redirect_uris(),
        "single_tenant": simulator.registration.is_single_tenant(),
        "directory_roles": simulator.registration.has_directory_roles(),
    })
}
