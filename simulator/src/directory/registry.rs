//! All tenants, found by id or by domain.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use uuid::{Uuid, uuid};

use super::cloud::Cloud;
use super::ids::{IdSpace, guid};
use super::population::Population;
use super::tenant::Tenant;
use crate::mix::{mix, of_text};

/// The tenant that Microsoft's documentation uses in its examples.
const CONTOSO: Uuid = uuid!("aaaabbbb-0000-cccc-1111-dddd2222eeee");

/// The properties of a new tenant.
#[derive(Debug, Clone)]
pub(crate) struct Blueprint {
    pub(crate) domain: String,
    pub(crate) display_name: String,
    pub(crate) mailboxes: u32,
    /// Users without a mailbox.
    pub(crate) extras: u32,
    pub(crate) exchange: bool,
    pub(crate) cloud: Cloud,
    pub(crate) seed: u64,
    /// Whether all licences have up to three plans.
    pub(crate) few_plans: bool,
}

impl Blueprint {
    /// The default number of users without a mailbox: 5 %, and at least five, so that every kind is present.
    pub(crate) fn usual_extras(mailboxes: u32) -> u32 {
        mailboxes.div_ceil(20).max(5)
    }
}

/// The tenants of one simulator, in order of creation.
#[derive(Debug, Default)]
pub(crate) struct Registry {
    inner: RwLock<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    tenants: Vec<Arc<Tenant>>,
    by_id: HashMap<Uuid, usize>,
    by_domain: HashMap<String, usize>,
}

impl Registry {
    /// Adds a tenant to a simulator of the cloud `home`; `None` if its domain is taken. The same domain always gets the
    /// same tenant id, and the same seed the same people, so a client's database stays valid across restarts.
    pub(crate) fn add(&self, plan: Blueprint, home: Cloud, now: i64) -> Option<Arc<Tenant>> {
        let mut inner = self.inner.write().unwrap_or_else(PoisonError::into_inner);
        let domain = plan.domain.to_lowercase();
        let tid = if domain == "contoso.com" { CONTOSO } else { guid(&[of_text(&domain)]) };
        if inner.by_domain.contains_key(&domain) || inner.by_id.contains_key(&tid) {
            return None;
        }
        let label = domain.split('.').next().unwrap_or(&domain).to_owned();
        let initial_domain = std::iter::once(label.clone())
            .chain((2..).map(|number| format!("{label}{number}")))
            .map(|label| format!("{label}.{}", plan.cloud.facts().initial_domains))
            .find(|initial| !inner.by_domain.contains_key(initial))?;
        let population = Population {
            domain: domain.clone(),
            initial_domain: initial_domain.clone(),
            seed: mix(&[plan.seed, of_text(&domain)]),
            mailboxes: plan.mailboxes,
            extras: plan.extras,
            exchange: plan.exchange,
            few_plans: plan.few_plans,
            created: now,
            ids: IdSpace::new(mix(&[plan.seed, of_text(&domain), 7])),
        };
        let tenant =
            Arc::new(Tenant::new(tid, plan.display_name, plan.cloud, plan.cloud != home, population));
        let index = inner.tenants.len();
        inner.tenants.push(Arc::clone(&tenant));
        inner.by_id.insert(tid, index);
        inner.by_domain.insert(domain, index);
        inner.by_domain.insert(initial_domain, index);
        Some(tenant)
    }

    /// The tenant with this id or domain.
    pub(crate) fn find(&self, key: &str) -> Option<Arc<Tenant>> {
        let inner = self.inner.read().unwrap_or_else(PoisonError::into_inner);
        let index = match Uuid::parse_str(key) {
            Ok(tid) => inner.by_id.get(&tid),
            Err(_) => inner.by_domain.get(&key.to_lowercase()),
        };
        index.and_then(|index| inner.tenants.get(*index)).cloned()
    }

    /// The tenant that owns the domain of this address.
    pub(crate) fn of_address(&self, address: &str) -> Option<Arc<Tenant>> {
        self.find(address.trim().rsplit_once('@')?.1)
    }

    pub(crate) fn all(&self) -> Vec<Arc<Tenant>> {
        self.inner.read().unwrap_or_else(PoisonError::into_inner).tenants.clone()
    }

    pub(crate) fn clear(&self) {
        *self.inner.write().unwrap_or_else(PoisonError::into_inner) = Inner::default();
    }
}
