//! Runs at work against the simulated Microsoft 365, on both databases.

mod chaos;
mod connecting;
mod drift;
mod fairness;
mod linking;
mod newcomers;
mod reading;
mod reasons;
mod staying;
mod throttling;
mod withdrawn;
mod year;
