//! Generates the user of each kind from a hash of the index.

use super::Population;
use crate::directory::kind::Kind;
use crate::directory::names::Name;
use crate::directory::people::{self, WellKnown};
use crate::directory::plans::{Licence, LicenceStatus};
use crate::directory::property::Property;
use crate::directory::record::{Presence, Record};
use crate::directory::roles::AdminRole;
use crate::mix::pick;

const DAY: i64 = 86_400;
/// 1 January 2016, the earliest creation date of a user.
const FIRST_DAY: i64 = 1_451_606_400;

/// The properties that are null now and then, although nearly every user has them: Microsoft's description allows it, unlike
/// for lists.
fn nulls(hash: u64) -> u64 {
    let some = [
        (Property::DisplayName, 211),
        // Of accounts from before 2014.
        (Property::UserType, 97),
        (Property::AccountEnabled, 131),
    ];
    let null = some.into_iter().filter(|(_, rarity)| hash.is_multiple_of(*rarity));
    null.fold(0, |mask, (property, _)| mask | property.bit())
}

impl Population {
    /// The properties common to all kinds.
    pub(crate) fn blank(&self, index: u32, local_part: &str, display_name: String) -> Record {
        let hash = self.hash(index, 1);
        let created = FIRST_DAY + i64::try_from(hash % 3500).unwrap_or(0) * DAY;
        let address = format!("{local_part}@{}", self.domain);
        Record {
            index,
            id: self.ids.id_of(index),
            display_name,
            given_name: None,
            surname: None,
            mail: Some(address.clone()),
            user_principal_name: address,
            aliases: vec![format!("{local_part}@{}", self.initial_domain)],
            account_enabled: true,
            kind: Kind::User,
            licence: Licence::None,
            licence_status: LicenceStatus::Enabled,
            licence_since: created + 5,
            created,
            department: None,
            job_title: None,
            office: None,
            language: None,
            synced: None,
            role: AdminRole::Employee,
            presence: Presence::Here,
            deleted_at: None,
            nulls: 0,
            former_plan: false,
            cleared: 0,
            oddity: None,
        }
    }

    /// The record of a well-known person, who has a mailbox if the tenant has enough mailboxes.
    pub(super) fn well_known_person(&self, index: u32, person: &WellKnown) -> Record {
        let display_name = format!("{} {}", person.given_name, person.surname);
        let mut record = self.blank(index, person.local_part, display_name);
        record.given_name = Some(person.given_name.to_owned());
        record.surname = Some(person.surname.to_owned());
        record.department = Some(person.department.to_owned());
        record.job_title = Some(person.job_title.to_owned());
        record.office = Some(people::OFFICES[0].to_owned());
        record.language = Some("en-US");
        record.role = person.role;
        if index < self.mailboxes {
            record.licence = Licence::E3;
        } else if self.exchange {
            record.kind = Kind::Unlicensed;
        } else {
            record.kind = Kind::FoundationOnly;
            record.licence = Licence::FoundationOnly;
        }
        record
    }

    pub(super) fn person(&self, index: u32, name: &Name) -> Record {
        let mut record = self.named(index, name);
        let hash = self.hash(index, 2);
        record.licence = match hash % 20 {
            0..=10 if self.few_plans => Licence::Business,
            0..=6 => Licence::E3,
            7..=10 => Licence::E5,
            11..=15 => Licence::Business,
            16..=18 => Licence::Frontline,
            _ => Licence::Essentials,
        };
        if hash.is_multiple_of(101) {
            record.licence_status = LicenceStatus::Warning;
        }
        record.synced = hash.is_multiple_of(3).then_some(true);
        // Of an earlier product: Graph keeps listing its plans.
        record.former_plan = hash.is_multiple_of(7);
        record.nulls = nulls(hash);
        record.cleared = record.nulls;
        // Blocked sign-in with a licence: the mailbox still works for an application.
        record.account_enabled = !hash.is_multiple_of(67);
        if hash.is_multiple_of(29) {
            // A sign-in name that is not the mail address.
            record.user_principal_name = format!("{}@{}", name.local_part, self.initial_domain);
        }
        record
    }

    fn named(&self, index: u32, name: &Name) -> Record {
        let mut record = self.blank(index, &name.local_part, name.display.clone());
        let hash = self.hash(index, 3);
        let (department, titles) = pick(people::DEPARTMENTS, hash);
        record.given_name = Some(name.given.to_owned());
        record.surname = Some(name.family.to_owned());
        // Some people never had these properties: absent, which is not the same as empty.
        record.department = (!hash.is_multiple_of(23)).then(|| department.to_owned());
        record.job_title = (!hash.is_multiple_of(19)).then(|| pick(titles, hash >> 16).to_owned());
        record.office = (!hash.is_multiple_of(3)).then(|| pick(people::OFFICES, hash >> 24).to_owned());
        record.language = Some(name.language);
        record
    }

    pub(super) fn without_mailbox(&self, index: u32, name: &Name, kind: Kind) -> Record {
        let mut record = self.named(index, name);
        match kind {
            Kind::FoundationOnly => record.licence = Licence::FoundationOnly,
            Kind::Provisioning => {
                record.licence = Licence::E3;
                record.created = self.created - 1800;
                record.licence_since = self.created - 1200;
            }
            Kind::OnPremises => {
                record.synced = Some(true);
                let hash = self.hash(index, 4);
                record.licence = pick(&[Licence::None, Licence::ArchiveOnly, Licence::E3], hash);
            }
            _ => {
                record.mail = None;
                record.aliases.clear();
            }
        }
        record
    }

    pub(super) fn guest(&self, index: u32, name: &Name) -> Record {
        let mut record = self.named(index, name);
        record.kind = Kind::Guest;
        record.mail = Some(format!("{}@{}", name.local_part, people::PARTNER));
        record.user_principal_name =
            format!("{}_{}#EXT#@{}", name.local_part, people::PARTNER, self.initial_domain);
        record.aliases.clear();
        record.department = None;
        record.office = None;
        record
    }

    pub(super) fn thing(&self, index: u32) -> Record {
        let kind = self.kind(index);
        let (local_part, display_name) = people::thing(kind, index, self.hash(index, 5));
        let mut record = self.blank(index, &local_part, display_name);
        record.kind = kind;
        record.account_enabled = false;
        record
    }
}
