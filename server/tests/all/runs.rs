//! Tests of runs against the simulated Microsoft 365, on both databases.

mod chaos;
mod connecting;
mod fairness;
mod linking;
mod newcomers;
mod reading;
mod reasons;
mod reconnect;
mod scheduled_checks;
mod throttling;
mod withdrawn;
mod year;
