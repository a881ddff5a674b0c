//! Groups of a tenant: there are none until somebody makes one.

use uuid::Uuid;

/// A group and who is in it, directly or through groups in it.
#[derive(Debug, Clone)]
pub(crate) struct Group {
    pub(crate) id: Uuid,
    pub(crate) display_name: String,
    /// Places in the directory, in the order in which they were added.
    pub(crate) members: Vec<u32>,
}
