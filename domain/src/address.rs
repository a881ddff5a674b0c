//! Parses the administrator's e-mail address as typed by the user.

use crate::{
    AppError, Reason,
    addresses::{Pasted, is_domain},
    text::{clean, plain},
};

/// The longest address that mail servers accept (RFC 5321).
pub(crate) const MAX_ADDRESS_LENGTH: usize = 254;

/// The administrator's address; its domain identifies the organisation to look for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AdminEmail {
    /// As typed, without surrounding space; the domain in lower case.
    pub address: String,
    pub domain: String,
}

/// Domains of personal mailboxes, which belong to no organisation. Sorted.
const PERSONAL: &[&str] = &[
    "126.com",
    "163.com",
    "aol.com",
    "duck.com",
    "fastmail.com",
    "free.fr",
    "gmail.com",
    "gmx.at",
    "gmx.ch",
    "gmx.com",
    "gmx.de",
    "gmx.net",
    "googlemail.com",
    "hey.com",
    "hotmail.co.uk",
    "hotmail.com",
    "hotmail.de",
    "hotmail.es",
    "hotmail.fr",
    "hotmail.it",
    "icloud.com",
    "laposte.net",
    "libero.it",
    "live.co.uk",
    "live.com",
    "live.fr",
    "live.nl",
    "mac.com",
    "mail.com",
    "mail.ru",
    "me.com",
    "msn.com",
    "naver.com",
    "orange.fr",
    "outlook.com",
    "outlook.de",
    "outlook.es",
    "outlook.fr",
    "outlook.it",
    "pm.me",
    "proton.me",
    "protonmail.com",
    "qq.com",
    "rediffmail.com",
    "rocketmail.com",
    "t-online.de",
    "tutanota.com",
    "web.de",
    "wp.pl",
    "yahoo.co.in",
    "yahoo.co.jp",
    "yahoo.co.uk",
    "yahoo.com",
    "yahoo.de",
    "yahoo.es",
    "yahoo.fr",
    "yahoo.it",
    "yandex.com",
    "yandex.ru",
    "ymail.com",
    "zoho.com",
];

impl AdminEmail {
    /// Parses an address.
    ///
    /// # Errors
    /// [`AppError::Invalid`] for the field `admin_email` when it is no address, [`AppError::Refused`] when it is
    /// a personal address or a guest's name from another organisation.
    pub fn parse(typed: &str) -> Result<Self, AppError> {
        let typed = plain(typed);
        let typed = clean(&typed);
        // "Ann Li <ann@contoso.com>", "mailto:ann@contoso.com", an address with marks around it.
        let pasted = Pasted::read(&typed);
        let only = match (pasted.addresses.as_slice(), pasted.unreadable.is_empty()) {
            ([one], true) => find_ignoring_case(&typed, one),
            _ => None,
        };
        // A name beside the address is separated by more than a blank, which would be a mistake in the address.
        let only = only.filter(|only| {
            typed.contains(['<', '[', '(', ':']) || !typed.replace(only, "").contains(char::is_alphanumeric)
        });
        let address = only.unwrap_or(&typed);
        let address = address.trim_matches(|c| matches!(c, '<' | '>' | '"' | '\'')).trim();
        let invalid = |message: &str| AppError::invalid("admin_email", message);
        if address.is_empty() {
            return Err(invalid("Type the e-mail address of a Microsoft 365 administrator."));
        }
        if address.to_ascii_uppercase().contains("#EXT#") {
            return Err(AppError::refused(
                Reason::GuestUser,
                "This is a guest’s name from another organisation. Use an administrator’s own address in the organisation you want to connect.",
            ));
        }
        let Some((local, domain)) = address.rsplit_once('@') else {
            return Err(invalid("An address has the form name@company.com."));
        };
        if address.len() > MAX_ADDRESS_LENGTH {
            return Err(invalid("An address has at most 254 characters."));
        }
        let domain = domain.trim_end_matches('.').to_lowercase();
        if local.is_empty() || local.contains(['@', ' ', '\t', ',', ';']) {
            return Err(invalid("Only one address, of the form name@company.com."));
        }
        if !is_domain(&domain) {
            return Err(invalid(
                "The part after @ is no domain name. An address has the form name@company.com.",
            ));
        }
        if PERSONAL.binary_search(&domain.as_str()).is_ok() {
            return Err(AppError::refused(
                Reason::TenantUnknown,
                format!(
                    "{domain} is for personal mailboxes: there is no organisation to connect. Use your work address."
                ),
            ));
        }
        Ok(Self { address: format!("{local}@{domain}"), domain })
    }
}

/// The part of a text that equals another one except for upper and lower case.
fn find_ignoring_case<'a>(text: &'a str, wanted: &str) -> Option<&'a str> {
    let at = text.to_lowercase().find(wanted)?;
    text.get(at..at + wanted.len()).filter(|found| found.to_lowercase() == wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_of_personal_providers_is_sorted() {
        assert!(PERSONAL.is_sorted());
    }

    #[test]
    fn surrounding_characters_of_an_address_are_ignored() {
        for typed in [
            " it@Contoso.com ",
            "<it@contoso.com>",
            "IT \u{a0}<it@contoso.com>",
            "mailto:it@contoso.com",
            "SMTP:it@contoso.com",
            "it\u{200b}＠contoso.com",
            "&lt;it@contoso.com&gt;",
            "it@contoso.com…",
            "\"it@contoso.com\"",
            "it@contoso.com.",
        ] {
            assert_eq!(AdminEmail::parse(typed).unwrap().address, "it@contoso.com", "{typed}");
        }
        assert_eq!(AdminEmail::parse("it@bücher.example").unwrap().domain, "bücher.example");
    }

    #[test]
    fn invalid_addresses_are_refused() {
        for typed in [
            "",
            "contoso.com",
            "@contoso.com",
            "it@",
            "it@contoso",
            "a b@contoso.com",
            "a@b@c.com",
            "it@-x.com",
        ] {
            assert!(matches!(AdminEmail::parse(typed), Err(AppError::Invalid { .. })), "{typed:?}");
        }
    }

    #[test]
    fn personal_addresses_and_guests_have_their_own_reasons() {
        assert_eq!(AdminEmail::parse("me@gmail.com").unwrap_err().reason(), Some(Reason::TenantUnknown));
        let guest = AdminEmail::parse("ann_fabrikam.com#EXT#@contoso.onmicrosoft.com").unwrap_err();
        assert_eq!(guest.reason(), Some(Reason::GuestUser));
    }
}
