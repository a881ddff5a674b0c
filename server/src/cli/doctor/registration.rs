//! The registration of the application at Microsoft: its id, its kind of accounts, its redirect URIs, and the directory
//! roles in its id_tokens.

use microsoft::{Failure, Microsoft};
use store::Store;

use super::finding::Finding;
use crate::{config::Config, redirects};

const ABOUT: &str = "registration";
/// Where all of it is set.
const WHERE: &str = "Microsoft Entra › App registrations › Warmy";

/// Checks what Microsoft's sign-in page tells without a person.
pub(super) async fn addresses(config: &Config, microsoft: &Microsoft, findings: &mut Vec<Finding>) {
    for path in redirects::ALL {
        let Some(redirect) = redirects::url(config, path) else {
            let what = format!("{} is not an address", config.public());
            findings.push(Finding::bad(ABOUT, what, "Correct DWD_PUBLIC_URL."));
            return;
        };
        let failure = match microsoft.check_redirect(&redirect).await {
            Ok(()) => {
                findings.push(Finding::good(ABOUT, format!("{redirect} is a redirect URI")));
                continue;
            }
            Err(failure) => failure,
        };
        let (finding, whole) = refused(microsoft, redirect.as_str(), &failure);
        findings.push(finding);
        if whole {
            return;
        }
    }
}

/// The finding, and whether it is about the whole registration: then the other addresses have the same one.
fn refused(microsoft: &Microsoft, redirect: &str, failure: &Failure) -> (Finding, bool) {
    let client = microsoft.client_id();
    match failure.code.as_deref() {
        Some("AADSTS50011" | "AADSTS500113" | "AADSTS900971") => {
            let fix = format!("{WHERE} › Authentication › Web: add it, letter by letter.");
            (Finding::bad(ABOUT, format!("{redirect} is no redirect URI of the application"), fix), false)
        }
        Some("AADSTS700016") => {
            let what = format!("Microsoft's {} cloud knows no application {client}", microsoft.cloud().name);
            let fix = "DWD_MICROSOFT_CLIENT_ID is the Application (client) ID of the registration; a new one takes minutes.";
            (Finding::bad(ABOUT, what, fix), true)
        }
        Some("AADSTS50194") => {
            let fix =
                format!("{WHERE} › Authentication › Supported account types: any organizational directory.");
            (Finding::bad(ABOUT, "the application is for accounts of one organisation only", fix), true)
        }
        _ => {
            let what = format!("the redirect URIs cannot be checked ({failure})");
            let fix =
                format!("Try again; if it lasts, compare the redirect URIs in {WHERE} with the README.");
            (Finding::bad(ABOUT, what, fix), true)
        }
    }
}

/// Reports whether the newest sign-in of an administrator showed directory roles: only a real sign-in does.
pub(super) async fn roles(store: &Store, findings: &mut Vec<Finding>) {
    findings.push(match store.approval_failed_here().await {
        Ok(None) => Finding::good(ABOUT, "no administrator has signed in yet: that shows whether id_tokens hold roles"),
        Ok(Some(true)) => Finding::bad(
            ABOUT,
            "the newest administrator was refused: the sign-in failed on our side, or its id_token held no directory roles",
            format!("{WHERE} › Token configuration › Add groups claim › Directory roles; the server's log names the cause."),
        ),
        Ok(Some(false)) => Finding::good(ABOUT, "id_tokens hold directory roles, as the newest administrator's did"),
        Err(error) => Finding::bad(ABOUT, error, "The database answers, but this query fails: see its log."),
    });
}
