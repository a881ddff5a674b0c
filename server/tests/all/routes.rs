//! The HTTP surface, by address.

mod downloads;
mod enter;
mod health;
mod host;
mod hostile;
mod live;
mod matrix;
mod takeover;
