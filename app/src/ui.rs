//! Everything that the browser shows.
//!
//! [`console`] holds the state that all pages share and [`live`] keeps it up to date; [`frame`] is what stands
//! around every page; [`page`] loads a page's own data and shows what to see while there is none.

pub(crate) mod authorizing;
pub(crate) mod browser;
pub(crate) mod components;
pub(crate) mod console;
pub(crate) mod focus_keeper;
pub(crate) mod frame;
pub(crate) mod host;
pub mod links;
pub(crate) mod live;
pub mod looker;
pub(crate) mod mailboxes;
pub(crate) mod page;
pub(crate) mod pages;
#[cfg(test)]
mod text_check;
pub(crate) mod theme;
pub(crate) mod time;
pub(crate) mod words;
