//! The store, on both databases.

mod accepting;
mod consent;
mod events;
mod isolation;
mod races;
mod repairing;
mod sequences;
mod settling;
