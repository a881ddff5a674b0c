//! Server functions: the console's way to the server, one per file, about ten lines each.
//!
//! A refusal is an answer and not a transport failure: each function answers `Ok(Err(AppError))` with status 200,
//! and only a broken connection or a bug ends in the outer error. [`flat`] joins the two for the pages.
//!
//! All of them are POST with a JSON body, so a foreign page cannot submit one as a form.

pub mod activity;
pub mod alerts;
pub mod mailboxes;
pub mod people;
pub mod rules;
pub mod runs;
pub mod setup;

use domain::AppError;
use leptos::{prelude::ServerFnError, server_fn::error::FromServerFnError};

/// What a server function returns: the outer error is the transport's, the inner one ours.
pub type Wire<T> = Result<Result<T, AppError>, ServerFnError>;

/// One result for the pages: a failed transport becomes [`AppError::Transport`].
///
/// # Errors
/// Whatever the server answered, or [`AppError::Transport`].
pub fn flat<T>(wire: Wire<T>) -> Result<T, AppError> {
    wire.unwrap_or(Err(AppError::Transport))
}

/// Whether the outer error of an answer, as it stands on the wire, says that the call could not be read: the caller's
/// mistake, for our console sends none of that kind.
#[must_use]
pub fn is_unreadable(error: &[u8]) -> bool {
    use ServerFnError::{Args, Deserialization, MissingArg};
    matches!(<ServerFnError>::de(error.to_vec().into()), Args(_) | MissingArg(_) | Deserialization(_))
}
