//! The people a tester signs in as, and the words the rest of the directory is made of.

use super::kind::Kind;
use super::plans::Licence;
use super::population::Population;
use super::record::Record;
use super::roles::AdminRole;
use crate::mix::pick;

/// A person who is in every tenant under the same name.
#[derive(Debug)]
pub(crate) struct WellKnown {
    pub(crate) local_part: &'static str,
    given_name: &'static str,
    surname: &'static str,
    department: &'static str,
    job_title: &'static str,
    role: AdminRole,
}

/// The first people of every tenant, in this order.
pub(crate) const WELL_KNOWN: &[WellKnown] = &[
    WellKnown {
        local_part: "admin",
        given_name: "Ada",
        surname: "Admin",
        department: "IT",
        job_title: "Head of IT",
        role: AdminRole::GlobalAdministrator,
    },
    WellKnown {
        local_part: "adele.vance",
        given_name: "Adele",
        surname: "Vance",
        department: "Sales",
        job_title: "Account Executive",
        role: AdminRole::Employee,
    },
    WellKnown {
        local_part: "privileged",
        given_name: "Priya",
        surname: "Privileged",
        department: "IT",
        job_title: "Identity Engineer",
        role: AdminRole::PrivilegedRoleAdministrator,
    },
    WellKnown {
        local_part: "appadmin",
        given_name: "Apollo",
        surname: "Appadmin",
        department: "IT",
        job_title: "Application Manager",
        role: AdminRole::ApplicationAdministrator,
    },
];

/// The mail domain of the guests' own organisation.
pub(crate) const PARTNER: &str = "northwindtraders.example";

/// Departments, each with its job titles.
pub(crate) const DEPARTMENTS: &[(&str, &[&str])] = &[
    ("Sales", &["Account Executive", "Sales Manager", "Sales Development Representative"]),
    ("Marketing", &["Content Strategist", "Brand Manager", "Graphic Designer"]),
    ("Engineering", &["Software Engineer", "Test Engineer", "Staff Engineer"]),
    ("Finance", &["Accountant", "Controller", "Treasury Analyst"]),
    ("Human Resources", &["Recruiter", "People Partner"]),
    ("Customer Support", &["Support Agent", "Support Lead", "Onboarding Specialist"]),
    ("Operations", &["Logistics Planner", "Warehouse Supervisor", "Buyer"]),
    ("Legal & Compliance", &["Counsel", "Compliance Officer"]),
    ("Forschung & Entwicklung", &["Chemikerin", "Laborleiter"]),
    ("IT", &["Systems Administrator", "Security Analyst"]),
];

/// Offices.
pub(crate) const OFFICES: &[&str] =
    &["18/2111", "Lyon 3", "Berlin", "São Paulo", "東京", "Kraków 2.14", "Αθήνα", "Bengaluru 4F"];

const TEAMS: &[&str] = &["Info", "Invoices", "Support", "Jobs", "Press", "Orders", "Newsletter", "Returns"];
const ROOMS: &[&str] = &["Kepler", "Curie", "Noether", "Ramanujan", "Lovelace", "Hypatia"];
const DEVICES: &[&str] = &["Projector", "Van", "Camera", "3D Printer"];

/// The record of a well-known person. They get a mailbox as long as the tenant has mailboxes to give.
pub(crate) fn record(population: &Population, index: u32, person: &WellKnown) -> Record {
    let display_name = format!("{} {}", person.given_name, person.surname);
    let mut record = population.blank(index, person.local_part, display_name);
    record.given_name = Some(person.given_name.to_owned());
    record.surname = Some(person.surname.to_owned());
    record.department = Some(person.department.to_owned());
    record.job_title = Some(person.job_title.to_owned());
    record.office = Some(OFFICES[0].to_owned());
    record.language = Some("en-US");
    record.role = person.role;
    if index < population.mailboxes {
        record.licence = Licence::E3;
    } else if population.exchange {
        record.kind = Kind::Unlicensed;
    } else {
        record.kind = Kind::FoundationOnly;
        record.licence = Licence::FoundationOnly;
    }
    record
}

/// Local part and display name of a shared mailbox, a room or a device.
pub(crate) fn thing(kind: Kind, index: u32, hash: u64) -> (String, String) {
    let office = pick(OFFICES, hash >> 8);
    match kind {
        Kind::Room => {
            let name = pick(ROOMS, hash);
            (format!("room-{}-{index}", name.to_lowercase()), format!("Room {name} ({office})"))
        }
        Kind::Equipment => {
            let name = pick(DEVICES, hash);
            let slug = name.to_lowercase().replace(' ', "-");
            (format!("{slug}-{index}"), format!("{name} ({office})"))
        }
        _ => {
            let name = pick(TEAMS, hash);
            (format!("{}-{index}", name.to_lowercase()), format!("{name} {office}"))
        }
    }
}
