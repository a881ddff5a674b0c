//! Tests of the HTTP interface, by address.

mod downloads;
mod enter;
mod health;
mod host;
mod live;
mod matrix;
mod redirects;
mod takeover;
