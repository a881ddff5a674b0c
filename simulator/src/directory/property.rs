//! The properties of Graph's `user` that this directory has.

use serde::Serialize;

macro_rules! properties {
    ($($variant:ident = $name:literal,)*) => {
        /// A property of [`user`](https://learn.microsoft.com/en-us/graph/api/resources/user#properties).
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
        pub(crate) enum Property { $($variant,)* }

        impl Property {
            pub(crate) const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// Graph's spelling.
            pub(crate) fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }
        }
    };
}

properties! {
    Id = "id",
    DisplayName = "displayName",
    GivenName = "givenName",
    Surname = "surname",
    Mail = "mail",
    MailNickname = "mailNickname",
    UserPrincipalName = "userPrincipalName",
    AccountEnabled = "accountEnabled",
    UserType = "userType",
    AssignedPlans = "assignedPlans",
    AssignedLicenses = "assignedLicenses",
    ProvisionedPlans = "provisionedPlans",
    ProxyAddresses = "proxyAddresses",
    OtherMails = "otherMails",
    Department = "department",
    JobTitle = "jobTitle",
    OfficeLocation = "officeLocation",
    OnPremisesSyncEnabled = "onPremisesSyncEnabled",
    CreatedDateTime = "createdDateTime",
    BusinessPhones = "businessPhones",
    MobilePhone = "mobilePhone",
    PreferredLanguage = "preferredLanguage",
    UsageLocation = "usageLocation",
    CompanyName = "companyName",
    EmployeeId = "employeeId",
    City = "city",
    Country = "country",
    ExternalUserState = "externalUserState",
    CreationType = "creationType",
    DeletedDateTime = "deletedDateTime",
}

impl Property {
    /// The properties that `GET /users` returns without `$select`.
    pub(crate) const DEFAULT: &'static [Self] = &[
        Self::BusinessPhones,
        Self::DisplayName,
        Self::GivenName,
        Self::JobTitle,
        Self::Mail,
        Self::MobilePhone,
        Self::OfficeLocation,
        Self::PreferredLanguage,
        Self::Surname,
        Self::UserPrincipalName,
        Self::Id,
    ];

    /// The property with this name, in any case.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|property| property.name().eq_ignore_ascii_case(name))
    }

    /// This property as a set of one.
    pub(crate) fn bit(self) -> u64 {
        1 << (self as u64)
    }
}

/// A set of properties.
pub(crate) fn mask(properties: &[Property]) -> u64 {
    properties.iter().fold(0, |mask, property| mask | property.bit())
}
