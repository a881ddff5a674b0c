//! Server functions that the console calls, one file per port.
//!
//! A refusal is a result and not a transport failure: each function returns `Ok(Err(AppError))` with status 200. Only a
//! broken connection or a bug produces the outer error. [`flat`] merges the two for the pages.
//!
//! All of them are POST with a JSON body, so a foreign page cannot submit one as a form. Those that change something have the
//! client [`kept_alive`]: leaving the page does not take back what was clicked.

pub mod activity;
pub mod alerts;
mod kept_alive;
pub mod mailboxes;
pub mod people;
pub mod rules;
pub mod runs;
pub mod setup;

use domain::AppError;
use leptos::{prelude::ServerFnError, server_fn::error::FromServerFnError};

/// The result of a server function: the outer error is the transport's, the inner one the application's.
pub type Wire<T> = Result<Result<T, AppError>, ServerFnError>;

/// One result for the pages: a failed transport becomes [`AppError::Transport`].
///
/// # Errors
/// The error of the server, or [`AppError::Transport`].
pub fn flat<T>(wire: Wire<T>) -> Result<T, AppError> {
    wire.unwrap_or(Err(AppError::Transport))
}

/// Whether the outer error of a response, in its wire encoding, means that the request could not be parsed. That is the
/// caller's mistake: the console sends no such requests.
#[must_use]
pub fn is_unreadable(error: &[u8]) -> bool {
    use ServerFnError::{Args, Deserialization, MissingArg};
    matches!(<ServerFnError>::de(error.to_vec().into()), Args(_) | MissingArg(_) | Deserialization(_))
}
