//! Tenants and the people in them.
//!
//! A tenant of 100,000 people needs little memory: a person is computed from the tenant's seed and their index in it
//! ([`population`]), and only changed people are stored ([`tenant`]).

pub(crate) mod announced;
pub(crate) mod changes;
pub(crate) mod cloud;
pub(crate) mod consent;
pub(crate) mod fault;
pub(crate) mod group;
pub(crate) mod ids;
pub(crate) mod kind;
pub(crate) mod latency;
pub(crate) mod limits;
pub(crate) mod lookup;
pub(crate) mod mailbox_access;
pub(crate) mod names;
pub(crate) mod oddity;
pub(crate) mod patch;
pub(crate) mod people;
pub(crate) mod plans;
pub(crate) mod population;
pub(crate) mod property;
pub(crate) mod record;
pub(crate) mod registry;
pub(crate) mod roles;
pub(crate) mod tenant;
pub(crate) mod throttle;
