//! Texts, states and rules of the product.
//!
//! Everything here is pure: no clock, no I/O, no framework. The server and the browser share these types, so a
//! rule (how many mailboxes *Select all* takes, which state may follow which, what a reason means) is written
//! once and tested in milliseconds.
//!
//! Topics and their modules:
//!
//! | topic | module |
//! |---|---|
//! | states of a mailbox, allowed transitions, labels | [`connection`] |
//! | reasons for problems, and how to fix them | [`reason`], [`help`] |
//! | free slots, and the message when there are too few | [`slots`] |
//! | mailboxes with the same problem, and one action for all of them | [`attention_group`] |
//! | actions on many mailboxes, and their review | [`bulk`] |
//! | the mailboxes that *Select all* selects | [`selection`], [`purpose`] |
//! | reading a pasted list of addresses | [`addresses`] |
//! | columns, tabs, search, sorting and their representation in the URL | [`list`] |
//! | permissions requested from Microsoft, and reading a pasted list of them | [`permissions`] |
//! | entries of the audit log, as text | [`activity`] |
//! | addresses and contents of alert e-mails | [`alerts`] |
//! | rules that connect newcomers automatically | [`rule`] |
//! | roles and their permissions | [`role`] |
//! | members, their sessions, invitations, API keys | [`people`] |
//! | the time limit of *Undo* | [`undo`] |
//! | commands that limit Warmy to some mailboxes | [`limiting`] |
//! | warm-up's share of the organisation's sending limit | [`sending`] |
//! | intervals of scheduled syncs and checks | [`schedule`] |
//! | the wire format of the live stream | [`live`] |
//! | the error type of server functions | [`error`] |
//! | enums with stable names | [`states`](mod@states) |

pub mod activity;
pub mod address;
pub mod addresses;
pub mod alerts;
pub mod attention_group;
pub mod bulk;
pub mod connection;
pub mod consent;
pub mod delegation;
pub mod error;
pub mod evidence;
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
pub mod schedule;
pub mod selection;
pub mod sending;
pub mod slots;
pub mod states;
pub mod text;
pub mod undo;
pub mod workspace;

pub use error::AppError;
pub use reason::Reason;
pub use role::{Act, Role};
