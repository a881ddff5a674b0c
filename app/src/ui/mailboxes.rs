//! The list of mailboxes.
//!
//! | what | where |
//! |---|---|
//! | what is loaded with the page | [`first`] |
//! | order, selection and what changes live | [`list`] |
//! | rows by number, and who shows them | [`row_cache`] |
//! | which rows are mounted | [`viewport`] |
//! | the keyboard | [`keyboard`] |
//! | one mailbox beside the list | [`panel`] |
//! | columns and density | [`look`], [`view_menu`] |
//! | selecting many at once | [`select_menu`], [`paste`], [`paste_dialog`] |
//! | the list without a script | [`pages`] |
//! | what all of it says | [`text`], and a `text` of each dialog and of the panel |
//! | the parts one sees | [`page`], [`tabs`], [`toolbar`], [`search`], [`table`], [`row`], [`bulk_bar`], [`review_dialog`] |

pub(crate) mod bulk_bar;
pub(crate) mod causes;
pub(crate) mod empty_list;
pub(crate) mod first;
pub(crate) mod keyboard;
pub(crate) mod list;
pub(crate) mod look;
pub(crate) mod notes;
pub(crate) mod page;
pub(crate) mod pages;
pub(crate) mod panel;
pub(crate) mod paste;
pub(crate) mod paste_dialog;
pub(crate) mod review;
pub(crate) mod review_dialog;
pub(crate) mod row;
pub(crate) mod row_actions;
pub(crate) mod row_cache;
pub(crate) mod search;
pub(crate) mod select_menu;
pub(crate) mod slots;
pub(crate) mod table;
pub(crate) mod tabs;
mod text;
pub(crate) mod toolbar;
pub(crate) mod view_menu;
pub(crate) mod viewport;
