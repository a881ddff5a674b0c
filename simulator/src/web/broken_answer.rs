//! Answers that do not arrive as they were sent.

use std::io;
use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;

use super::observe::Noted;

/// What happens to an answer on its way to the client.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Damage {
    /// The connection ends before a byte of it.
    Dropped,
    /// The connection ends in the middle of the body, which was announced with its length.
    CutShort,
    /// The same, in chunks: nothing but the end of the connection tells.
    CutChunked,
    /// It pauses in the middle for so many seconds, and then goes on.
    Stalled(f64),
}

/// Long enough for the first half to leave the machine, or both halves would be lost together.
const HALF: Duration = Duration::from_millis(5);

/// Damages the answers that are meant to be damaged.
pub(crate) async fn damage(request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    match response.extensions().get::<Noted>().and_then(|noted| noted.damage) {
        Some(damage) => broken(response, damage).await,
        None => response,
    }
}

async fn broken(response: Response, damage: Damage) -> Response {
    let (mut parts, body) = response.into_parts();
    let Ok(whole) = to_bytes(body, usize::MAX).await else {
        return Response::from_parts(parts, Body::empty());
    };
    parts.headers.remove(header::CONTENT_LENGTH);
    if damage != Damage::CutChunked {
        parts.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(whole.len()));
    }
    let first = whole.slice(..whole.len() / 2);
    let rest = whole.slice(whole.len() / 2..);
    let body = match damage {
        Damage::Dropped => Body::from_stream(async_stream::stream! {
            yield Err::<Bytes, _>(io::Error::from(io::ErrorKind::ConnectionReset));
        }),
        Damage::CutShort | Damage::CutChunked => Body::from_stream(async_stream::stream! {
            yield Ok(first);
            tokio::time::sleep(HALF).await;
            yield Err(io::Error::from(io::ErrorKind::ConnectionReset));
        }),
        Damage::Stalled(seconds) => Body::from_stream(async_stream::stream! {
            yield Ok::<_, io::Error>(first);
            tokio::time::sleep(Duration::try_from_secs_f64(seconds).unwrap_or_default()).await;
            yield Ok(rest);
        }),
    };
    Response::from_parts(parts, body)
}
