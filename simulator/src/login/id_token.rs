//! The tokens of a signed-in person.
//!
//! <https://learn.microsoft.com/en-us/entra/identity-platform/id-token-claims-reference>

use serde_json::{Value, json};

use super::sign_in::Person;
use crate::entropy::{random_text, real_now};
use crate::mix::{mix, of_text};
use crate::state::Simulator;

/// Claims of the id_token. They use the machine's time, not the simulation's, because the client checks them at once
/// with its own clock.
pub(crate) fn claims(simulator: &Simulator, person: &Person, nonce: Option<&str>, base: &str) -> Value {
    let (tid, now) = (person.tenant.tid, real_now());
    let mut claims = json!({
        "aud": simulator.options.client_id,
        "iss": format!("{base}/{tid}/v2.0"),
        "iat": now,
        "nbf": now,
        "exp": now + 3600,
        "aio": random_text(),
        "email": person.record.address(),
        "name": person.record.display_name,
        "oid": person.record.id,
        "preferred_username": person.record.user_principal_name,
        "rh": format!("1.A{}", &random_text()[..20]),
        "sub": subject(simulator, person),
        "tid": tid,
        "uti": &random_text()[..22],
        "ver": "2.0",
    });
    if simulator.registration.has_directory_roles() {
        claims["wids"] = json!(person.record.role.wids());
    }
    if let Some(nonce) = nonce {
        claims["nonce"] = json!(nonce);
    }
    claims
}

/// Claims of the delegated access token issued with it; it is valid for `/oidc/userinfo`, not for Graph.
pub(crate) fn access_claims(simulator: &Simulator, person: &Person, base: &str) -> Value {
    let (tid, now) = (person.tenant.tid, simulator.clock.now());
    json!({
        "aud": simulator.options.cloud.resource(),
        "iss": format!("{base}/{tid}/"),
        "iat": now,
        "nbf": now,
        "exp": now + 3600,
        "appid": simulator.options.client_id,
        "idtyp": "user",
        "name": person.record.display_name,
        "oid": person.record.id,
        "scp": "email openid profile",
        "sub": subject(simulator, person),
        "tid": tid,
        "unique_name": person.record.user_principal_name,
        "upn": person.record.user_principal_name,
        "ver": "1.0",
        "wids": person.record.role.wids(),
    })
}

/// The pairwise subject: different for each application, and not the object id.
fn subject(simulator: &Simulator, person: &Person) -> String {
    let (high, low) = simulator.options.client_id.as_u64_pair();
    let seed = mix(&[high, low, of_text(&person.record.id.to_string())]);
    format!("{:016x}{:016x}{:011x}", seed, mix(&[seed]), mix(&[seed, 2]) >> 20)
}
