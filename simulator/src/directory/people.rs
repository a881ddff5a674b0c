//! The people that testers sign in as, and the words from which the rest of the directory is generated.

use super::kind::Kind;
use super::roles::AdminRole;
use crate::mix::pick;

/// A person who exists in every tenant with the same name.
#[derive(Debug)]
pub(crate) struct WellKnown {
    pub(crate) local_part: &'static str,
    pub(crate) given_name: &'static str,
    pub(crate) surname: &'static str,
    pub(crate) department: &'static str,
    pub(crate) job_title: &'static str,
    pub(crate) role: AdminRole,
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
