//! Computes the user at an index of the directory, without storing users.

mod make;

use super::ids::IdSpace;
use super::kind::Kind;
use super::names;
use super::people::WELL_KNOWN;
use super::record::Record;
use crate::mix::mix;

/// Step through the names; coprime with their number, so every name is used before one repeats.
const NAME_STEP: u64 = 1597;

/// The shape of a tenant's directory.
#[derive(Debug, Clone)]
pub(crate) struct Population {
    pub(crate) domain: String,
    pub(crate) initial_domain: String,
    pub(crate) seed: u64,
    /// The exact number of users with a mailbox.
    pub(crate) mailboxes: u32,
    /// The number of further users, without a mailbox.
    pub(crate) extras: u32,
    /// Whether the tenant has Exchange Online at all.
    pub(crate) exchange: bool,
    /// Whether the licences of people have up to three plans.
    pub(crate) few_plans: bool,
    /// When the tenant was created, Unix seconds; new licences are dated just before.
    pub(crate) created: i64,
    pub(crate) ids: IdSpace,
}

impl Population {
    /// The number of users before any changes.
    pub(crate) fn total(&self) -> u32 {
        self.mailboxes.max(well_known()) + self.extras
    }

    /// The user at `index`, before any changes.
    pub(crate) fn record(&self, index: u32) -> Record {
        if let Some(person) = WELL_KNOWN.get(index as usize) {
            return self.well_known_person(index, person);
        }
        let name = names::nth(self.name_number(index));
        match self.kind(index) {
            Kind::User => self.person(index, &name),
            Kind::Guest => self.guest(index, &name),
            Kind::Shared | Kind::Room | Kind::Equipment => self.thing(index),
            kind => Record { kind, ..self.without_mailbox(index, &name, kind) },
        }
    }

    /// The index of the person whose name gives this local part.
    pub(crate) fn index_of_name(&self, local_part: &str) -> Option<u32> {
        let number = u64::from(names::number_of(local_part)?);
        let count = u64::from(names::count());
        let (round, wanted) = (number / count, number % count);
        let step = (0..count).find(|step| (step * NAME_STEP + self.seed % count) % count == wanted)?;
        u32::try_from(round * count + step).ok()
    }

    fn name_number(&self, index: u32) -> u32 {
        let count = u64::from(names::count());
        let (round, step) = (u64::from(index) / count, u64::from(index) % count);
        u32::try_from(round * count + (step * NAME_STEP + self.seed % count) % count).unwrap_or(index)
    }

    /// The kind of the user at `index`. Users without a mailbox are spread evenly, so every page of a listing has some.
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
        let position = u64::from(index - well_known());
        let positions = u64::from(self.total() - well_known());
        let before = position * u64::from(self.extras) / positions;
        let after = (position + 1) * u64::from(self.extras) / positions;
        if after > before {
            return match WITHOUT[usize::try_from(before % 9).unwrap_or(0)] {
                Kind::Provisioning if !self.exchange => Kind::FoundationOnly,
                Kind::OnPremises if !self.exchange => Kind::Unlicensed,
                kind => kind,
            };
        }
        let rank = position - before;
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

/// The number of well-known people in every tenant.
pub(crate) fn well_known() -> u32 {
    u32::try_from(WELL_KNOWN.len()).unwrap_or(0)
}
