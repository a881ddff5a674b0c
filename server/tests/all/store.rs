//! The store, on both databases.

mod accepting;
mod activity;
mod cancelling;
mod causes;
mod claiming;
mod consent;
mod events;
mod excluding;
mod fencing;
mod history;
mod inviting;
mod isolation;
mod listing;
mod pausing;
mod races;
mod removing;
mod repairing;
mod results;
mod retrying;
mod select_all;
mod sequences;
mod settling;
mod side_by_side;
mod telling;
mod undoing;
mod wall;
