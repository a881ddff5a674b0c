//! The product's words, states and rules.
//!
//! Everything here is pure: no clock, no I/O, no framework. The server and the browser share these types, so a
//! rule (how many mailboxes *Select all* takes, which state may follow which, what a reason means) is written
//! once and tested in milliseconds.
//!
//! Where to find what:
//!
//! | question | module |
//! |---|---|
//! | which states a mailbox has, what may follow what, what a person reads | [`connection`] |
//! | why something is not as it should be, and what to do | [`reason`], [`help`] |
//! | how many slots are free, what a refusal says | [`slots`] |
//! | what stands in the way of whom, and the one action on all of them | [`cause`] |
//! | what *Select all* selects | [`selection`], [`purpose`] |
//! | what a pasted list of addresses says | [`addresses`] |
//! | tabs, search, sorting and their place in the URL | [`list`] |
//! | permissions we ask of Microsoft, and reading a pasted list of them | [`permissions`] |
//! | who did what and when, in words | [`activity`] |
//! | to whom alerts go by e-mail, and what there is to say | [`alerts`] |
//! | by which rules newcomers are connected | [`rule`] |
//! | who may do what | [`role`] |
//! | people, their sessions, their invitations, API keys | [`people`] |
//! | for how long something can be taken back | [`undo`] |
//! | commands that limit us to some mailboxes | [`limiting`] |
//! | what part of the organisation's sending limit warm-up takes | [`sending`] |
//! | how often what is connected is looked after | [`cadence`] |
//! | what travels over the live stream | [`live`] |
//! | what a server function answers when it refuses | [`error`] |

pub mod activity;
pub mod address;
pub mod addresses;
pub mod alerts;
pub mod cadence;
pub mod cause;
pub mod connection;
pub mod consent;
pub mod delegation;
pub mod error;
pub mod help;
pub mod ids;
pub mod limiting;
pub mod list;
pub mod live;
pub mod mailbox;
pub mod people;
pub mod permissions;
pub mod purpose;
pub mod reason;
pub mod role;
pub mod rule;
pub mod run;
pub mod selection;
pub mod sending;
pub mod slots;
pub mod text;
pub mod undo;
pub mod workspace;

pub use error::AppError;
pub use reason::Reason;
pub use role::{Act, Role};
