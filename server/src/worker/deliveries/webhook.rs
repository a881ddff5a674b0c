//! Webhooks as a destination, by [Standard Webhooks](https://www.standardwebhooks.com): signed, in order, at least
//! once.

mod client;
mod resolver;

pub use client::WebhookClient;
