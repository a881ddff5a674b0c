//! Components shared by all pages, built on native elements.

pub(crate) mod attempt;
pub(crate) mod attention_groups;
pub(crate) mod button;
pub(crate) mod checklist;
pub(crate) mod copy_field;
pub(crate) mod dialog;
pub(crate) mod empty;
pub(crate) mod field;
pub(crate) mod icon;
pub(crate) mod invite;
pub(crate) mod menu;
pub(crate) mod meter;
pub(crate) mod more_slots;
pub(crate) mod notice;
pub(crate) mod progress;
pub(crate) mod run_actions;
pub(crate) mod skeleton;
pub(crate) mod status;
mod text;
pub(crate) mod tile;
pub(crate) mod typed_name;
pub(crate) mod when;
