//! The HTTP surface, by address.

mod enter;
mod health;
mod host;
mod live;
