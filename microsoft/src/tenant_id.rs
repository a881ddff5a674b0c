//! Tenant ids.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The tenant of personal Microsoft accounts: never an organisation
/// ([OpenID Connect](https://learn.microsoft.com/entra/identity-platform/v2-protocols-oidc)).
const CONSUMERS: Uuid = Uuid::from_u128(0x9188040d_6c67_4c5b_b112_36a304b66dad);

/// The id of one Microsoft Entra tenant (`tid`): a GUID in lower case with hyphens.
///
/// Domains move between tenants, so everything after discovery is keyed by this. The tenant of personal
/// accounts and the literal `{tenantid}` of the shared discovery documents are not tenants and are refused.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TenantId(String);

/// Why a text is not the id of an organisation's tenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TenantIdError {
    #[error("not a GUID")]
    NotAGuid,
    #[error("the tenant of personal Microsoft accounts")]
    PersonalAccounts,
}

impl TenantId {
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for TenantId {
    type Err = TenantIdError;

    fn from_str(text: &str) -> Result<Self, TenantIdError> {
        // `Uuid` also reads URNs, braces and bare hex digits; Microsoft writes none of these.
        let guid = Some(text).filter(|text| text.len() == 36).and_then(|text| Uuid::try_parse(text).ok());
        match guid {
            None => Err(TenantIdError::NotAGuid),
            Some(guid) if guid.is_nil() => Err(TenantIdError::NotAGuid),
            Some(CONSUMERS) => Err(TenantIdError::PersonalAccounts),
            Some(guid) => Ok(Self(guid.to_string())),
        }
    }
}

impl TryFrom<String> for TenantId {
    type Error = TenantIdError;

    fn try_from(text: String) -> Result<Self, TenantIdError> {
        text.parse()
    }
}

impl From<TenantId> for String {
    fn from(id: TenantId) -> Self {
        id.0
    }
}

impl fmt::Display for TenantId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_guids_of_organisations_are_tenants() {
        let upper = "AAAABBBB-0000-CCCC-1111-DDDD2222EEEE";
        assert_eq!(upper.parse::<TenantId>().unwrap().as_str(), upper.to_lowercase());
        for (text, error) in [
            ("", TenantIdError::NotAGuid),
            ("{tenantid}", TenantIdError::NotAGuid),
            ("common", TenantIdError::NotAGuid),
            ("contoso.com", TenantIdError::NotAGuid),
            ("aaaabbbb0000cccc1111dddd2222eeee", TenantIdError::NotAGuid),
            ("{aaaabbbb-0000-cccc-1111-dddd2222eeee}", TenantIdError::NotAGuid),
            ("00000000-0000-0000-0000-000000000000", TenantIdError::NotAGuid),
            ("9188040D-6c67-4c5b-b112-36a304b66dad", TenantIdError::PersonalAccounts),
        ] {
            assert_eq!(text.parse::<TenantId>(), Err(error), "{text}");
        }
    }

    #[test]
    fn json_is_checked_like_text() {
        let id: TenantId = serde_json::from_str("\"aaaabbbb-0000-cccc-1111-dddd2222eeee\"").unwrap();
        assert_eq!(serde_json::to_string(&id).unwrap(), "\"aaaabbbb-0000-cccc-1111-dddd2222eeee\"");
        assert!(serde_json::from_str::<TenantId>("\"organizations\"").is_err());
    }
}
