//! Runs at work against the simulated Microsoft 365, on both databases.

mod chaos;
mod connecting;
mod drift;
mod linking;
mod reading;
mod throttling;
