//! Tests of the HTTP interface, by address.

mod downloads;
mod enter;
mod functions;
mod health;
mod host;
mod limits;
mod live;
mod matrix;
mod outside_text;
mod phishing;
mod redirects;
mod returning;
mod sign_out;
mod takeover;
mod truth;
