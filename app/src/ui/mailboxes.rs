//! The list of mailboxes.
//!
//! | part | module |
//! |---|---|
//! | data loaded with the page | [`initial_page`] |
//! | order, selection and live changes | [`list`] |
//! | rows by number, and their signals | [`row_cache`] |
//! | mounted rows | [`viewport`], [`overscan`], [`row_pool`] |
//! | keyboard | [`keyboard`] |
//! | one mailbox beside the list | [`panel`] |
//! | columns and density | [`domain::list::COLUMNS`], [`view_settings`], [`view_menu`] |
//! | selecting many at once | [`select_menu`], [`paste`], [`paste_dialog`] |
//! | the list without a script | [`pages`] |
//! | texts | [`text`], and a `text` of each dialog and of the panel |
//! | visible parts | [`page`], [`tabs`], [`toolbar`], [`filter_chip`], [`search`], [`table`], [`row`], [`bulk_bar`] |

pub(crate) mod attention_groups;
pub(crate) mod bulk_bar;
pub(crate) mod empty_list;
pub(crate) mod filter_chip;
pub(crate) mod initial_page;
pub(crate) mod keyboard;
pub(crate) mod list;
pub(crate) mod notes;
pub(crate) mod overscan;
pub(crate) mod page;
pub(crate) mod pages;
pub(crate) mod panel;
pub(crate) mod paste;
pub(crate) mod paste_dialog;
pub(crate) mod row;
pub(crate) mod row_actions;
pub(crate) mod row_cache;
pub(crate) mod row_pool;
pub(crate) mod search;
pub(crate) mod select_menu;
pub(crate) mod table;
pub(crate) mod tabs;
mod text;
pub(crate) mod toolbar;
pub(crate) mod view_menu;
pub(crate) mod view_settings;
pub(crate) mod viewport;
