//! Choices of the filters: the departments and domains that occur.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use domain::{connection::Connection, ids::DelegationId, list::Choice};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};

use super::search::fold;
use crate::{Mailboxes, StoreError, entity::mailbox};

/// Choices of one filter. The console has a search within them.
const CHOICES: usize = 5_000;

/// Delegations whose choices are cached.
const CACHED: usize = 256;

#[derive(Debug, Default)]
pub(crate) struct Facets {
    pub(crate) departments: Vec<Choice>,
    pub(crate) domains: Vec<Choice>,
}

type Known = (DelegationId, i64, Arc<Facets>);

/// The choices of recently used delegations, each at one revision of its directory: finding them reads every mailbox,
/// and they change only with the revision.
#[derive(Clone, Debug, Default)]
pub(crate) struct FacetCache(Arc<Mutex<Vec<Known>>>);

impl FacetCache {
    fn get(&self, id: DelegationId, rev: i64) -> Option<Arc<Facets>> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.iter().find(|(of, at, _)| (*of, *at) == (id, rev)).map(|(_, _, facets)| Arc::clone(facets))
    }

    fn put(&self, id: DelegationId, rev: i64, facets: Arc<Facets>) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|(of, ..)| *of != id);
        if known.len() >= CACHED {
            known.remove(0);
        }
        known.push((id, rev, facets));
    }
}

impl Mailboxes<'_> {
    /// The choices at a revision of the directory.
    pub(crate) async fn facets(self, id: DelegationId, rev: i64) -> Result<Arc<Facets>, StoreError> {
        let ctx = self.ctx;
        use mailbox::Column as C;
        if let Some(known) = self.facets.get(id, rev) {
            return Ok(known);
        }
        let groups: Vec<(Option<String>, Option<String>, i64)> = mailbox::Entity::find()
            .select_only()
            .columns([C::Department, C::Domain])
            .column_as(C::Id.count(), "n")
            .filter(C::WorkspaceId.eq(ctx.workspace.0))
            .filter(C::DelegationId.eq(id.0))
            .filter(C::Connection.ne(Connection::Removed.as_str()))
            .group_by(C::Department)
            .group_by(C::Domain)
            .into_tuple()
            .all(&self.db.read_in(ctx))
            .await?;
        let (mut departments, mut domains) = (BTreeMap::new(), BTreeMap::new());
        for (department, domain, n) in groups {
            let n = u32::try_from(n).unwrap_or(u32::MAX);
            for (counts, value) in [(&mut departments, department), (&mut domains, domain)] {
                if let Some(value) = value {
                    *counts.entry(value).or_insert(0) += n;
                }
            }
        }
        let facets = Arc::new(Facets { departments: choices(departments), domains: choices(domains) });
        self.facets.put(id, rev, Arc::clone(&facets));
        Ok(facets)
    }
}

fn choices(counts: BTreeMap<String, u32>) -> Vec<Choice> {
    let mut choices: Vec<_> = counts.into_iter().map(|(value, count)| Choice { value, count }).collect();
    choices.sort_by_cached_key(|choice| fold(&choice.value));
    choices.truncate(CHOICES);
    choices
}
