//! The event log on its way to browsers.

mod crowd;
mod ending;
mod forgetting;
mod replicas;
mod slow;
