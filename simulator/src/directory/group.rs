//! Groups of a tenant; a new tenant has none.

use uuid::Uuid;

/// A group with its direct and nested members.
#[derive(Debug, Clone)]
pub(crate) struct Group {
    pub(crate) id: Uuid,
    pub(crate) display_name: String,
    /// Indexes in the directory, in the order in which they were added.
    pub(crate) members: Vec<u32>,
}
