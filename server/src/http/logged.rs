//! What the log says about a request: never a token, at whatever level.

use axum::extract::Request;
use tracing::Span;

/// A part of a path that is longer is a token: ids are shorter, and so are names of files and functions.
const LONGEST: usize = 40;

/// The span of a request: method, and path without tokens. The query is left out: it holds codes and states of sign-ins.
pub(super) fn span(request: &Request) -> Span {
    tracing::debug_span!("request", method = %request.method(), path = %path(request.uri().path()))
}

/// The path, with the parts that are tokens replaced.
fn path(path: &str) -> String {
    // Everything after these is a token, or typed in its place.
    let tokens = ["/enter/", "/join/", "/welcome/", "/connect/", "/alerts/"];
    if let Some(prefix) = tokens.iter().find(|prefix| path.starts_with(*prefix)) {
        let known =
            ["invitation", "microsoft", "signed-in", "consented", "finish", "again", "stop", "confirm"];
        let rest = path[prefix.len()..].split('/');
        let rest: Vec<&str> = rest.map(|part| if known.contains(&part) { part } else { "…" }).collect();
        return format!("{prefix}{}", rest.join("/"));
    }
    let parts = path.split('/').map(|part| if part.len() > LONGEST { "…" } else { part });
    parts.collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_left_out_and_ids_are_not() {
        for (given, logged) in [
            ("/enter/Zm9v", "/enter/…"),
            ("/connect/invitation/Zm9v", "/connect/invitation/…"),
            ("/connect/microsoft/signed-in", "/connect/microsoft/signed-in"),
            ("/alerts/stop/Zm9v", "/alerts/stop/…"),
            ("/join/../Zm9v", "/join/…/…"),
            (
                "/runs/0192aaaa-bbbb-7ccc-8ddd-eeeeffff0000/results.csv",
                "/runs/0192aaaa-bbbb-7ccc-8ddd-eeeeffff0000/results.csv",
            ),
            ("/nonsense/whk_0123456789012345678901234567890123456789", "/nonsense/…"),
        ] {
            assert_eq!(path(given), logged);
        }
    }
}
