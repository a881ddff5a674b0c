//! The store, on both databases.

mod accepting;
mod consent;
mod events;
mod fencing;
mod isolation;
mod races;
mod settling;
