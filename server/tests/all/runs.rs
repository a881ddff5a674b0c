//! Tests of runs against the simulated Microsoft 365, on both databases.

mod blast_radius;
mod chaos;
mod connecting;
mod everywhere;
mod fairness;
mod kinds;
mod linking;
mod newcomers;
mod odd_answers;
mod reading;
mod reasons;
mod reconnect;
mod scheduled_checks;
mod throttling;
mod withdrawn;
mod year;
