//! Who works here: computes the user at a place in the directory, without storing anyone.

mod make;

use super::ids::IdSpace;
use super::kind::Kind;
use super::names;
use super::people::{self, WELL_KNOWN};
use super::record::Record;
use crate::mix::mix;

/// Coprime with the number of names, so stepping by it visits every name before any repeats.
const NAME_STEP: u64 = 1597;

/// The shape of a tenant's directory.
#[derive(Debug, Clone)]
pub(crate) struct Population {
    pub(crate) domain: String,
    pub(crate) initial_domain: String,
    pub(crate) seed: u64,
    /// How many users have a mailbox: exactly.
    pub(crate) mailboxes: u32,
    /// How many further users have none.
    pub(crate) extras: u32,
    /// Whether the tenant has Exchange Online at all.
    pub(crate) exchange: bool,
    /// When the tenant was made, Unix seconds: fresh licences are dated just before.
    pub(crate) created: i64,
    pub(crate) ids: IdSpace,
}

impl Population {
    /// How many users there are before anybody is hired or fired.
    pub(crate) fn total(&self) -> u32 {
        self.mailboxes.max(well_known()) + self.extras
    }

    /// The user at `index`, as they were on the first day.
    pub(crate) fn record(&self, index: u32) -> Record {
        if let Some(person) = WELL_KNOWN.get(index as usize) {
            return people::record(self, index, person);
        }
        let name = names::nth(self.name_number(index));
        match self.kind(index) {
            Kind::User => self.person(index, &name),
            Kind::Guest => self.guest(index, &name),
            Kind::Shared | Kind::Room | Kind::Equipment => self.thing(index),
            kind => Record { kind, ..self.without_mailbox(index, &name, kind) },
        }
    }

    /// The place of the person whose name makes this local part.
    pub(crate) fn index_of_name(&self, local_part: &str) -> Option<u32> {
        let number = u64::from(names::number_of(local_part)?);
        let count = u64::from(names::count());
        let (round, wanted) = (number / count, number % count);
        let place = (0..count).find(|place| (place * NAME_STEP + self.seed % count) % count == wanted)?;
        u32::try_from(round * count + place).ok()
    }

    fn name_number(&self, index: u32) -> u32 {
        let count = u64::from(names::count());
        let (round, place) = (u64::from(index) / count, u64::from(index) % count);
        u32::try_from(round * count + (place * NAME_STEP + self.seed % count) % count).unwrap_or(index)
    }

    /// Spreads the users without a mailbox evenly, so every page of a listing holds some.
    fn kind(&self, index: u32) -> Kind {
        const WITHOUT: [Kind; 9] = [
            Kind::Guest,
            Kind::Unlicensed,
            Kind::OnPremises,
            Kind::FoundationOnly,
            Kind::Provisioning,
            Kind::Guest,
            Kind::Unlicensed,
            Kind::OnPremises,
            Kind::Guest,
        ];
        let place = u64::from(index - well_known());
        let places = u64::from(self.total() - well_known());
        let before = place * u64::from(self.extras) / places;
        let after = (place + 1) * u64::from(self.extras) / places;
        if after > before {
            return match WITHOUT[usize::try_from(before % 9).unwrap_or(0)] {
                Kind::Provisioning if !self.exchange => Kind::FoundationOnly,
                Kind::OnPremises if !self.exchange => Kind::Unlicensed,
                kind => kind,
            };
        }
        let rank = place - before;
        match rank % 50 {
            3 | 27 => Kind::Shared,
            11 if rank % 100 < 50 => Kind::Room,
            11 => Kind::Equipment,
            _ => Kind::User,
        }
    }

    pub(crate) fn hash(&self, index: u32, purpose: u64) -> u64 {
        mix(&[self.seed, u64::from(index), purpose])
    }
}

/// How many well-known people every tenant starts with.
pub(crate) fn well_known() -> u32 {
    u32::try_from(WELL_KNOWN.len()).unwrap_or(0)
}
