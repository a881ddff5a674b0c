//! Tests of the live stream.

mod crowd;
mod ending;
mod replicas;
mod retention;
mod slow;
