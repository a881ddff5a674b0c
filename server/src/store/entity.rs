//! The tables, as SeaORM sees them. They never leave the store.

pub(crate) mod api_client;
pub(crate) mod audit;
pub(crate) mod consent_attempt;
pub(crate) mod delegation;
pub(crate) mod enter_link;
pub(crate) mod event;
pub(crate) mod mailbox;
pub(crate) mod member;
pub(crate) mod run;
pub(crate) mod run_item;
pub(crate) mod session;
pub(crate) mod slot_account;
pub(crate) mod workspace;
