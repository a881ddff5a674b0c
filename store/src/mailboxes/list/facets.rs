//! Choices of the filters: the departments and domains that occur.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError},
};

use domain::{connection::Connection, ids::DelegationId};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};

use crate::{Mailboxes, StoreError, entity::mailbox};

/// Choices of one filter: more of them would be no help.
const CHOICES: usize = 200;

/// Delegations whose choices are cached.
const CACHED: usize = 256;

#[derive(Debug, Default)]
pub(crate) struct Facets {
    pub(crate) departments: Vec<String>,
    pub(crate) domains: Vec<String>,
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
        let pairs: Vec<(Option<String>, Option<String>)> = mailbox::Entity::find()
            .select_only()
            .column(C::Department)
            .column(C::Domain)
            .distinct()
            .filter(C::WorkspaceId.eq(ctx.workspace.0))
            .filter(C::DelegationId.eq(id.0))
            .filter(C::Connection.ne(Connection::Removed.as_str()))
            .into_tuple()
            .all(&self.db.read_in(ctx))
            .await?;
        let (departments, domains): (Vec<_>, Vec<_>) = pairs.into_iter().unzip();
        let facets = Arc::new(Facets { departments: choices(departments), domains: choices(domains) });
        self.facets.put(id, rev, Arc::clone(&facets));
        Ok(facets)
    }
}

fn choices(found: Vec<Option<String>>) -> Vec<String> {
    found.into_iter().flatten().collect::<BTreeSet<_>>().into_iter().take(CHOICES).collect()
}
