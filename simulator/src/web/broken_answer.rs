//! Damages answers in transit.

use std::io;
use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;

use super::request_details::{Damage, RequestDetails};

/// Pause after the first half, so that it is sent before the connection ends.
const HALF: Duration = Duration::from_millis(5);

/// Middleware that damages the answers that are marked for it.
pub(crate) async fn damage(request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    match response.extensions().get::<RequestDetails>().and_then(|details| details.damage) {
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
