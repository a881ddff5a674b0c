//! The addresses to which Microsoft sends browsers back. They must equal those registered with the application.

use url::Url;

use crate::config::Config;

/// After the sign-in of an administrator who binds an organisation.
pub const SIGNED_IN: &str = "/connect/microsoft/signed-in";
/// After the consent for that organisation.
pub const CONSENTED: &str = "/connect/microsoft/consented";
/// After a sign-in to the console.
pub const SIGN_IN_BACK: &str = "/sign-in/microsoft/back";

/// All of them; the README lists the same ones for the registration of the application.
pub const ALL: [&str; 3] = [SIGNED_IN, CONSENTED, SIGN_IN_BACK];

/// The full address of a path; `None` when the public address is not a valid URL.
pub(crate) fn url(config: &Config, path: &str) -> Option<Url> {
    Url::parse(&format!("{}{path}", config.public())).ok()
}
