//! One Microsoft 365 organisation.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use uuid::Uuid;

use super::announced::Announced;
use super::changes::{ChangeLog, EVERYTHING};
use super::cloud::Cloud;
use super::consent::Consent;
use super::fault::Fault;
use super::group::Group;
use super::latency::Latency;
use super::limits::Limits;
use super::limits::settings::Settings;
use super::mailbox_access::MailboxAccess;
use super::population::Population;
use super::record::{Presence, Record};
use super::throttle::Throttles;
use crate::chaos::call::Situation;
use crate::chaos::{Chaos, Injection};
use crate::entropy::random_bytes;

/// A tenant: fixed properties, a computed population, and the changes since.
#[derive(Debug)]
pub struct Tenant {
    pub(crate) tid: Uuid,
    pub(crate) domain: String,
    pub(crate) initial_domain: String,
    pub(crate) display_name: String,
    pub(crate) cloud: Cloud,
    /// It is in another cloud than the simulated one: discovery names that cloud's hosts, other endpoints refuse it.
    pub(crate) foreign: bool,
    /// Random for each creation of the tenant: links from before a reset are refused.
    pub(crate) generation: u64,
    pub(crate) population: Population,
    state: RwLock<TenantState>,
}

/// The mutable state of a tenant.
#[derive(Debug, Default)]
pub(crate) struct TenantState {
    /// Users that differ from the population, or were added to it.
    pub(crate) changed: HashMap<u32, Record>,
    /// Sign-in names that the population could not compute, in lower case.
    pub(crate) addresses: HashMap<String, u32>,
    pub(crate) hired: u32,
    pub(crate) log: ChangeLog,
    pub(crate) faults: HashMap<u32, Fault>,
    pub(crate) groups: Vec<Group>,
    pub(crate) consent: Consent,
    pub(crate) mailbox_access: MailboxAccess,
    pub(crate) expired: Expired,
    /// Full delta rounds list only this number of users.
    pub(crate) listed: Option<u64>,
    /// Whether links name Microsoft's own host.
    pub(crate) microsofts_links: bool,
    pub(crate) throttles: Throttles,
    pub(crate) limits: Limits,
    pub(crate) announced: Announced,
    pub(crate) latency: Latency,
    pub(crate) chaos: Option<Chaos>,
}

/// How often links were expired by control. Links contain this number; those with a smaller one are expired.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Expired {
    pub(crate) pages: u64,
    pub(crate) delta: u64,
}

/// How long a deleted user can be restored, in seconds.
const RESTORABLE_SECONDS: i64 = 30 * 86_400;

impl Tenant {
    pub(crate) fn new(
        tid: Uuid,
        display_name: String,
        cloud: Cloud,
        foreign: bool,
        population: Population,
    ) -> Self {
        Self {
            tid,
            domain: population.domain.clone(),
            initial_domain: population.initial_domain.clone(),
            display_name,
            cloud,
            foreign,
            generation: u64::from_be_bytes(random_bytes()),
            state: RwLock::new(TenantState {
                limits: Limits::new(Settings::of_directory(population.total())),
                ..TenantState::default()
            }),
            population,
        }
    }

    pub(crate) fn read(&self) -> RwLockReadGuard<'_, TenantState> {
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn write(&self) -> RwLockWriteGuard<'_, TenantState> {
        self.state.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// The failure that chaos injects into this request, if any.
    pub(crate) fn inject_chaos(&self, situation: Situation) -> Option<Injection> {
        self.read().chaos.as_ref()?;
        self.write().chaos.as_mut()?.inject(situation)
    }

    /// The number of indexes in the directory, including those of deleted users.
    pub(crate) fn index_count(&self, state: &TenantState) -> u32 {
        self.population.total() + state.hired
    }

    /// The current user at an index.
    pub(crate) fn record(&self, state: &TenantState, index: u32) -> Record {
        state.changed.get(&index).cloned().unwrap_or_else(|| self.population.record(index))
    }

    /// Stores a changed user and records the change for delta queries.
    pub(crate) fn store(&self, state: &mut TenantState, record: Record, properties: u64) {
        state.log.note(record.index, properties);
        state.addresses.insert(record.user_principal_name.to_lowercase(), record.index);
        state.changed.insert(record.index, record);
    }

    /// Deletes (softly or permanently) or restores a user; returns whether that was possible.
    pub(crate) fn set_presence(
        &self,
        state: &mut TenantState,
        index: u32,
        presence: Presence,
        now: i64,
    ) -> bool {
        let mut record = self.record(state, index);
        let allowed = match presence {
            Presence::Here => record.presence == Presence::SoftDeleted,
            Presence::SoftDeleted => record.presence == Presence::Here,
            Presence::Gone => record.presence != Presence::Gone,
        };
        if allowed {
            record.presence = presence;
            record.deleted_at = (presence == Presence::SoftDeleted).then_some(now);
            self.store(state, record, EVERYTHING);
        }
        allowed
    }

    /// Applies the passage of time: permanently deletes users thirty days after their soft deletion, and removes faults
    /// that have ended.
    pub(crate) fn apply_elapsed_time(&self, now: i64) {
        let mut state = self.write();
        let over = |record: &Record| record.deleted_at.is_some_and(|at| now - at >= RESTORABLE_SECONDS);
        let due: Vec<u32> = state.changed.values().filter(|it| over(it)).map(|record| record.index).collect();
        for index in due {
            self.set_presence(&mut state, index, Presence::Gone, now);
        }
        state.faults.retain(|_, fault| fault.is_on(now));
    }

    /// The number of users in the directory, and the number of those with a mailbox.
    pub(crate) fn counts(&self, state: &TenantState) -> (u32, u32) {
        let (mut users, mut mailboxes) = (self.population.total(), self.population.mailboxes);
        for (index, now) in &state.changed {
            if *index < self.population.total() {
                let before = self.population.record(*index);
                users -= 1;
                mailboxes -= u32::from(before.has_mailbox());
            }
            users += u32::from(now.presence == Presence::Here);
            mailboxes += u32::from(now.has_mailbox());
        }
        (users, mailboxes)
    }

    /// Whether this domain belongs to the tenant.
    pub(crate) fn owns(&self, domain: &str) -> bool {
        self.domain.eq_ignore_ascii_case(domain) || self.initial_domain.eq_ignore_ascii_case(domain)
    }
}
