//! The store, on both databases.

mod accepting;
mod consent;
mod events;
mod excluding;
mod isolation;
mod pausing;
mod races;
mod retrying;
mod settling;
mod undoing;
