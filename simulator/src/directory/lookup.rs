//! Finds a user by object id or by address; both contain the user's index.

use uuid::Uuid;

use super::people::{PARTNER, WELL_KNOWN};
use super::record::{Presence, Record};
use super::tenant::{Tenant, TenantState};

impl Tenant {
    /// The user with this object id or sign-in name, including deleted users.
    pub(crate) fn find(&self, state: &TenantState, key: &str) -> Option<Record> {
        if let Ok(id) = Uuid::parse_str(key) {
            let index = self.population.ids.index_of(id)?;
            return (index < self.index_count(state)).then(|| self.record(state, index));
        }
        let index = self.index_of_address(state, key)?;
        let record = self.record(state, index);
        record.user_principal_name.eq_ignore_ascii_case(key).then_some(record)
    }

    /// The user who receives mail at this address: sign-in name, `mail` or an alias.
    pub(crate) fn find_recipient(&self, state: &TenantState, key: &str) -> Option<Record> {
        self.find(state, key).or_else(|| {
            let record = self.record(state, self.index_of_address(state, key)?);
            let mut addresses = record.mail.iter().chain(&record.aliases);
            addresses.any(|address| address.eq_ignore_ascii_case(key)).then_some(record)
        })
    }

    /// The user with this object id or sign-in name, if not deleted.
    pub(crate) fn find_present(&self, state: &TenantState, key: &str) -> Option<Record> {
        self.find(state, key).filter(|record| record.presence == Presence::Here)
    }

    fn index_of_address(&self, state: &TenantState, address: &str) -> Option<u32> {
        let address = address.to_lowercase();
        if let Some(index) = state.addresses.get(&address) {
            return Some(*index);
        }
        let (local_part, domain) = address.rsplit_once('@')?;
        if !self.owns(domain) {
            return None;
        }
        let guest_suffix = format!("_{PARTNER}#ext#");
        let local_part = local_part.strip_suffix(&guest_suffix).unwrap_or(local_part);
        let well_known = WELL_KNOWN.iter().position(|person| person.local_part == local_part);
        let numbered = || local_part.rsplit_once('-')?.1.parse::<u32>().ok();
        well_known
            .and_then(|index| u32::try_from(index).ok())
            .or_else(|| self.population.index_of_name(local_part))
            .or_else(numbered)
            .filter(|index| *index < self.population.total())
    }
}
