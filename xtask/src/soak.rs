//! Endurance tests: the same tests as `cargo xtask test`, for hundreds of seeds.

pub(crate) mod chaos;
