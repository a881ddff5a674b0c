//! The texts for the operator.

use microsoft::CertificateFacts;
use time::{OffsetDateTime, macros::format_description};

use super::make::Made;

const DAY: i64 = 24 * 60 * 60;

/// The facts of a certificate, one per line.
pub(super) fn facts(facts: &CertificateFacts, now: OffsetDateTime) -> String {
    format!(
        "  name        {}\n  \
           valid       {} to {} ({})\n  \
           thumbprint  {}   (SHA-1, as Entra shows it)\n  \
           SHA-256     {}\n",
        facts.name,
        date(facts.not_before),
        date(facts.not_after),
        left(facts, now),
        facts.sha1,
        facts.sha256,
    )
}

pub(super) fn key(has_key: bool) -> &'static str {
    match has_key {
        true => {
            "  key         the file holds its private key as well: keep it secret, and do not upload it\n"
        }
        false => "",
    }
}

/// The created files and what to do with them.
pub(super) fn made(made: &Made, now: OffsetDateTime) -> String {
    let Made { facts: made_facts, key, certificate, upload } = made;
    let (key, certificate, upload) = (key.display(), certificate.display(), upload.display());
    let facts = facts(made_facts, now);
    format!(
        "A certificate for the Entra application was made.\n\
         \n\
         {facts}\n\
         Files\n  \
           {key}\n      the private key. It gives access to every customer as this application: only the server \
                 may read it.\n  \
           {certificate}\n      the certificate, for the server\n  \
           {upload}\n      the certificate again, for Entra. Nothing in it is secret.\n\
         \n\
         1. Upload it: entra.microsoft.com > App registrations > the application > Certificates & secrets >\n   \
            Certificates > Upload certificate: {upload}\n   \
            Entra must then show the thumbprint {sha1}.\n\
         2. Configure the server:\n   \
            DWD_MICROSOFT_CERTIFICATE={certificate}\n   \
            DWD_MICROSOFT_CERTIFICATE_KEY={key}\n   \
            Its log shows at every start how many days are left. Once it works, delete the client secrets in Entra.\n\
         \n\
         Replacing it before {until}, without a gap\n  \
           a. server cert new --out ANOTHER-FOLDER, and upload that one beside this one; delete nothing yet.\n  \
           b. Set DWD_MICROSOFT_CERTIFICATE_NEXT and DWD_MICROSOFT_CERTIFICATE_KEY_NEXT to the new files and restart.\n     \
              The server continues with this one, and uses the new one as soon as Microsoft refuses this one.\n  \
           c. After a day at the earliest (a new certificate takes a while to arrive everywhere at Microsoft) move\n     \
              the new one to DWD_MICROSOFT_CERTIFICATE and …_KEY, drop …_NEXT, restart, and delete this one in Entra.\n",
        sha1 = made_facts.sha1,
        until = date(made_facts.not_after),
    )
}

fn left(facts: &CertificateFacts, now: OffsetDateTime) -> String {
    let days = (facts.not_after - now).whole_seconds().div_euclid(DAY);
    match days {
        ..=-1 => "EXPIRED".to_owned(),
        _ if now < facts.not_before => "not valid yet".to_owned(),
        1 => "1 day left".to_owned(),
        _ => format!("{days} days left"),
    }
}

fn date(moment: OffsetDateTime) -> String {
    let format = format_description!("[year]-[month]-[day]");
    moment.format(format).unwrap_or_else(|_| moment.date().to_string())
}
