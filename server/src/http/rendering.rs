//! Renders each page on one thread, from its first line to its last.
//!
//! A page's reactive graph is a dozen tasks that wake each other. Spread over threads they lose a wake-up about once in
//! three thousand pages (Leptos 0.8), and the page never ends; on one thread this does not happen.

use std::{
    io,
    sync::{
        OnceLock,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use axum::{
    extract::Request,
    http::{Method, StatusCode},
    middleware::Next,
    response::{IntoResponse, Response},
};
use tokio::runtime::{Builder, Handle};

/// Runs the page's handler on one of the threads for pages. A page is rendered to its end even when the client has
/// gone: its values must not be dropped while its tasks still read them.
pub(super) async fn on_one_thread(request: Request, next: Next) -> Response {
    // A server function has no reactive graph.
    if request.method() == Method::POST {
        return next.run(request).await;
    }
    static THREADS: OnceLock<Vec<Handle>> = OnceLock::new();
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    let threads = THREADS.get_or_init(start);
    let Some(thread) = threads.get(NEXT.fetch_add(1, Ordering::Relaxed) % threads.len().max(1)) else {
        tracing::error!("no thread for pages could be started");
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    };
    match thread.spawn(next.run(request)).await {
        Ok(answer) => answer,
        Err(error) => {
            tracing::error!(%error, "a page could not be rendered");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// Starts one thread per available processor; they end with the process.
fn start() -> Vec<Handle> {
    let count = thread::available_parallelism().map_or(1, Into::into);
    let started: io::Result<Vec<Handle>> = (0..count)
        .map(|n| {
            let runtime = Builder::new_current_thread().enable_all().build()?;
            let handle = runtime.handle().clone();
            thread::Builder::new()
                .name(format!("pages-{n}"))
                .spawn(move || runtime.block_on(std::future::pending::<()>()))?;
            Ok(handle)
        })
        .collect();
    started.unwrap_or_default()
}
