//! Licences and the service plans inside them.
//!
//! The ids are Microsoft's ([product names and service plan identifiers][list]). Many licences include
//! `EXCHANGE_S_FOUNDATION`, an "exchange" plan without a mailbox; the simulator includes it on purpose.
//!
//! [list]: https://learn.microsoft.com/en-us/entra/identity/users/licensing-service-plan-reference

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

/// The licence of a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Licence {
    None,
    /// Microsoft 365 E3: Exchange Online Plan 2, among 60 plans.
    E3,
    /// Microsoft 365 E5: the same, among 92 plans.
    E5,
    /// Microsoft 365 Business Standard: Exchange Online Plan 1.
    Business,
    /// Microsoft 365 F3: Exchange Online Kiosk.
    Frontline,
    /// Exchange Online Essentials.
    Essentials,
    /// Power BI: an "exchange" plan, and no mailbox.
    FoundationOnly,
    /// Exchange Online Archiving for a mailbox on the company's own Exchange server.
    ArchiveOnly,
}

/// The status of the subscription behind a licence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum LicenceStatus {
    Enabled,
    /// Past due, in the grace period: everything still works.
    Warning,
    /// After the grace period: mailboxes are closed, but not deleted yet.
    Suspended,
}

impl LicenceStatus {
    /// Graph's `capabilityStatus`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Enabled => "Enabled",
            Self::Warning => "Warning",
            Self::Suspended => "Suspended",
        }
    }
}

/// One `assignedPlans` entry.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Plan {
    pub(crate) service: &'static str,
    pub(crate) id: &'static str,
}

const fn plan(service: &'static str, id: &'static str) -> Plan {
    Plan { service, id }
}

const FOUNDATION: Plan = plan("exchange", "113feb6c-3fe4-4440-bddc-54d774bf0318");
const TEAMS: Plan = plan("TeamspaceAPI", "57ff2da0-773e-42df-b2af-ffb7a2317929");

/// `EXCHANGE_S_STANDARD`.
pub(crate) const STANDARD: Plan = plan("exchange", "9aaf7827-d63c-4b61-89c3-182f06f82e5c");

static E3: LazyLock<Vec<Plan>> = LazyLock::new(|| listed("E3"));
static E5: LazyLock<Vec<Plan>> = LazyLock::new(|| listed("E5"));
const BUSINESS: &[Plan] = &[STANDARD, TEAMS, FOUNDATION];
const FRONTLINE: &[Plan] = &[TEAMS, plan("exchange", "4a82b400-a79f-41a4-b4e2-e94f5787b113")];
const ESSENTIALS: &[Plan] = &[plan("exchange", "1126bef5-da20-4f07-b45e-ad25d2581aa8")];
const FOUNDATION_ONLY: &[Plan] = &[plan("PowerBI", "2049e525-b859-401b-b2a0-e0a31c4b1fe4"), FOUNDATION];
const ARCHIVE_ONLY: &[Plan] = &[plan("exchange", "176a09a6-7ec5-4039-ac02-b2791c6ba793")];

/// The plans of `product` in `plans.txt`.
fn listed(product: &str) -> Vec<Plan> {
    let lines = include_str!("plans.txt").lines().filter(|line| !line.starts_with('#'));
    let plans = lines.filter_map(|line| {
        let mut words = line.split_whitespace();
        let (of, service, id) = (words.next()?, words.next()?, words.next()?);
        (of == "both" || of == product).then_some(plan(service, id))
    });
    plans.collect()
}

impl Licence {
    /// The service plans of this licence.
    pub(crate) fn plans(self) -> &'static [Plan] {
        match self {
            Self::None => &[],
            Self::E3 => &E3,
            Self::E5 => &E5,
            Self::Business => BUSINESS,
            Self::Frontline => FRONTLINE,
            Self::Essentials => ESSENTIALS,
            Self::FoundationOnly => FOUNDATION_ONLY,
            Self::ArchiveOnly => ARCHIVE_ONLY,
        }
    }

    /// The product's `skuId`.
    pub(crate) fn sku(self) -> Option<&'static str> {
        match self {
            Self::None => None,
            Self::E3 => Some("05e9a617-0261-4cee-bb44-138d3ef5d965"),
            Self::E5 => Some("06ebc4ee-1bb5-47dd-8120-11324bc54e06"),
            Self::Business => Some("f245ecc8-75af-4f8e-b61f-27d8114de5f3"),
            Self::Frontline => Some("66b55226-6b4f-492c-910c-a3b7a3c9d993"),
            Self::Essentials => Some("e8f81a67-bd96-4074-b108-cf193eb9433b"),
            Self::FoundationOnly => Some("a403ebcc-fae0-4ca2-8c8c-7a907fd6c235"),
            Self::ArchiveOnly => Some("ee02fd1b-340e-4a4b-b355-4a514e4c8943"),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn the_lists_of_large_products_are_complete() {
        for (licence, count) in [(Licence::E3, 60), (Licence::E5, 92)] {
            let ids: HashSet<&str> = licence.plans().iter().map(|plan| plan.id).collect();
            assert_eq!((licence.plans().len(), ids.len()), (count, count));
            assert!(ids.contains("efb87545-963c-4e0d-99df-69c6916d9eb0") && ids.contains(FOUNDATION.id));
            assert!(ids.iter().all(|id| uuid::Uuid::try_parse(id).is_ok()));
        }
    }
}
