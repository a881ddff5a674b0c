//! The store, on both databases.

mod accepting;
mod consent;
mod events;
mod excluding;
mod fencing;
mod isolation;
mod pausing;
mod races;
mod repairing;
mod retrying;
mod sequences;
mod settling;
mod undoing;
