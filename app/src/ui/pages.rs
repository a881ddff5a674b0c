//! The pages, one per address.

pub(crate) mod activity;
pub(crate) mod delegation;
pub(crate) mod help;
pub(crate) mod mailboxes;
pub(crate) mod not_found;
pub(crate) mod overview;
pub(crate) mod run;
pub(crate) mod runs;
pub(crate) mod settings;
pub(crate) mod setup;
pub(crate) mod signed_out;
mod text;
pub(crate) mod user_management;
