//! Service plans that include an Exchange Online mailbox.

/// `servicePlanId`s of plans with a mailbox, from Microsoft's
/// [licensing reference](https://learn.microsoft.com/entra/identity/users/licensing-service-plan-reference). Matching
/// `service == "exchange"` instead would include `EXCHANGE_S_FOUNDATION`, archives, analytics and multi-geo, which
/// hundreds of products bundle and which have no mailbox.
const MAILBOX_PLANS: [(&str, &str); 10] = [
    ("efb87545-963c-4e0d-99df-69c6916d9eb0", "EXCHANGE_S_ENTERPRISE"),
    ("9aaf7827-d63c-4b61-89c3-182f06f82e5c", "EXCHANGE_S_STANDARD"),
    ("4a82b400-a79f-41a4-b4e2-e94f5787b113", "EXCHANGE_S_DESKLESS"),
    ("1126bef5-da20-4f07-b45e-ad25d2581aa8", "EXCHANGE_S_ESSENTIALS"),
    ("d42bdbd6-c335-4231-ab3d-c8f348d5aff5", "EXCHANGE_L_STANDARD"),
    ("fc52cc4b-ed7d-472d-bbe7-b081c23ecc56", "EXCHANGE_S_STANDARD_MIDMARKET"),
    ("90927877-dcff-4af6-b346-2332c0b15bb7", "EXCHANGE_B_STANDARD"),
    ("8c3069c0-ccdb-44be-ab77-986203a67df2", "EXCHANGE_S_ENTERPRISE_GOV"),
    ("e9b4930a-925f-45e2-ac2a-3f7788ca6fdd", "EXCHANGE_S_STANDARD_GOV"),
    ("88f4d7ef-a73b-4246-8047-516022144c9f", "EXCHANGE_S_DESKLESS_GOV"),
];

/// Whether this service plan gives its user a mailbox in Exchange Online. Takes a `servicePlanId` (a GUID in any
/// case), not a `skuId`.
#[must_use]
pub fn is_mailbox_plan(service_plan_id: &str) -> bool {
    MAILBOX_PLANS.iter().any(|(id, _)| id.eq_ignore_ascii_case(service_plan_id))
}

/// Whether a plan in this `capabilityStatus` still works: `Warning` is the grace period after a licence ran
/// out; `Suspended`, `LockedOut` and `Deleted` do not.
#[must_use]
pub fn is_usable(capability_status: &str) -> bool {
    ["Enabled", "Warning"].iter().any(|usable| usable.eq_ignore_ascii_case(capability_status))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plans_without_a_mailbox_do_not_count() {
        for id in [
            "113feb6c-3fe4-4440-bddc-54d774bf0318", // EXCHANGE_S_FOUNDATION
            "922ba911-5694-4e99-a794-73aed9bfeec8", // EXCHANGE_S_FOUNDATION_GOV
            "176a09a6-7ec5-4039-ac02-b2791c6ba793", // EXCHANGE_S_ARCHIVE_ADDON
            "da040e0a-b393-4bea-bb76-928b3fa1cf5a", // EXCHANGE_S_ARCHIVE
            "34c0d7a0-a70f-4668-9238-47f9fc208882", // EXCHANGE_ANALYTICS
            "897d51f1-2cfa-4848-9b30-469149f5e68e", // EXCHANGEONLINE_MULTIGEO
            "05e9a617-0261-4cee-bb44-138d3ef5d965", // a skuId
            "",
        ] {
            assert!(!is_mailbox_plan(id), "{id}");
        }
    }

    #[test]
    fn every_listed_plan_counts_in_any_case_and_is_a_guid() {
        for (id, name) in MAILBOX_PLANS {
            assert!(is_mailbox_plan(&id.to_uppercase()), "{name}");
            assert!(uuid::Uuid::try_parse(id).is_ok(), "{name}");
        }
    }

    #[test]
    fn a_plan_in_its_grace_period_still_works() {
        assert!(is_usable("Enabled") && is_usable("warning"));
        assert!(
            !is_usable("Suspended") && !is_usable("LockedOut") && !is_usable("Deleted") && !is_usable("")
        );
    }
}
