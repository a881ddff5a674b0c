//! OpenID Connect's userinfo.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde_json::json;

use crate::state::Simulator;

/// `GET /oidc/userinfo`, with the access token that was issued with the id_token.
pub(crate) async fn show(State(simulator): State<Simulator>, headers: HeaderMap) -> Response {
    let token =
        headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
    let claims = token.and_then(|token| simulator.key.open(token)).filter(|claims| claims["idtyp"] == "user");
    match claims {
        Some(claims) => {
            let body = json!({ "sub": claims["sub"], "name": claims["name"], "email": claims["upn"] });
            Json(body).into_response()
        }
        None => StatusCode::UNAUTHORIZED.into_response(),
    }
}
