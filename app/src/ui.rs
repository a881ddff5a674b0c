//! The user interface.
//!
//! [`console`] holds the state that all pages share and [`live`] keeps it up to date; [`layout`] is the frame around
//! every page, with its data in [`layout_data`]; [`page`] loads a page's own data, and shows a skeleton or the problem
//! while there is none.

pub(crate) mod authorizing;
pub(crate) mod back_button;
pub(crate) mod browser;
pub(crate) mod bulk;
pub(crate) mod components;
pub(crate) mod console;
pub(crate) mod drafts;
pub(crate) mod focus_keeper;
pub(crate) mod host;
pub(crate) mod layout;
pub(crate) mod layout_data;
pub mod links;
pub(crate) mod live;
pub(crate) mod mailboxes;
pub(crate) mod page;
pub(crate) mod pages;
pub mod read_only;
pub(crate) mod scroll_position;
#[cfg(test)]
mod text_check;
pub(crate) mod theme;
pub(crate) mod time;
pub(crate) mod words;
