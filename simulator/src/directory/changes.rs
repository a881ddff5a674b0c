//! The changes in a directory, in order; delta queries read them.

use std::collections::HashMap;

/// All properties: for users that were created, deleted or restored.
pub(crate) const EVERYTHING: u64 = u64::MAX;

#[derive(Debug, Clone, Copy)]
struct Change {
    index: u32,
    properties: u64,
}

/// An append-only log; a position in it is a sequence number.
#[derive(Debug, Default)]
pub(crate) struct ChangeLog {
    changes: Vec<Change>,
}

impl ChangeLog {
    /// The sequence number after the last change.
    pub(crate) fn position(&self) -> usize {
        self.changes.len()
    }

    /// Records that these properties of a user changed.
    pub(crate) fn note(&mut self, index: u32, properties: u64) {
        if properties != 0 {
            self.changes.push(Change { index, properties });
        }
    }

    /// Users with a change to any of `tracked` in `from..to`, in order of their last change, each with the union of
    /// the changed properties.
    pub(crate) fn between(&self, from: usize, to: usize, tracked: u64) -> Vec<(u32, u64)> {
        let to = to.min(self.changes.len());
        let window = &self.changes[from.min(to)..to];
        let mut last: HashMap<u32, (usize, u64)> = HashMap::new();
        for (position, change) in window.iter().enumerate() {
            if change.properties & tracked != 0 {
                let seen = last.entry(change.index).or_default();
                *seen = (position, seen.1 | change.properties);
            }
        }
        let mut changed: Vec<_> = last.into_iter().collect();
        changed.sort_by_key(|(_, (position, _))| *position);
        changed.into_iter().map(|(index, (_, properties))| (index, properties)).collect()
    }
}
