//! The text of an alert e-mail: first what happened, then what to do, then why it was sent. Plain text.

use app::links;
use domain::{
    Reason,
    alerts::{AlertContent, credential_expiry_text},
    ids::DelegationId,
    list::{ListQuery, Tab},
    text::{counted, mailboxes, number},
};

use store::AlertEmail;

/// The text of an alert e-mail.
#[derive(Debug)]
pub struct RenderedEmail {
    pub subject: String,
    pub body: String,
    /// The address that stops these e-mails.
    pub stop: String,
}

/// One alert: a title that is clear without the lines, and the lines.
struct Piece {
    title: String,
    lines: Vec<String>,
}

/// Renders an alert e-mail. `public` is the console's address, without a trailing slash.
#[must_use]
pub fn render(email: &AlertEmail, public: &str) -> RenderedEmail {
    let mut contents: Vec<&AlertContent> = email.contents.iter().collect();
    contents.sort_by_key(|content| !content.is_urgent());
    let pieces: Vec<Piece> = contents.into_iter().map(|content| piece(content, email, public)).collect();
    let subject = match pieces.as_slice() {
        [] => email.workspace_name.clone(),
        [one] => one.title.clone(),
        [first, rest @ ..] => format!("{} (and {} more)", first.title, rest.len()),
    };
    let stop = format!("{public}/alerts/stop/{}", email.stop_token);
    let mut body = String::new();
    for Piece { title, lines } in &pieces {
        body.push_str(&format!("{title}\n\n"));
        for line in lines {
            body.push_str(&format!("{line}\n"));
        }
        body.push_str("\n\n");
    }
    body.push_str(&format!(
        "--\nYou get this because {} added {} to the alerts of the workspace {}.\nStop these e-mails: {stop}\n",
        email.added_by, email.to, email.workspace_name
    ));
    // Names come from other people and must not begin a header.
    let subject = subject.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    RenderedEmail { subject, body, stop }
}

fn piece(content: &AlertContent, email: &AlertEmail, public: &str) -> Piece {
    let list = |delegation: DelegationId, tab: Tab| {
        let query = ListQuery { tab, ..ListQuery::default() };
        format!("{public}{}", links::mailboxes(Some(delegation), &query))
    };
    let help = |reason: Reason| format!("What to do: {public}{}", links::help(reason));
    match content {
        AlertContent::Welcome { by } => Piece {
            title: format!("Alerts of {} come here from now on", email.workspace_name),
            lines: vec![
                format!("{by} added this address to the alerts of Warmy. It gets an e-mail"),
                "at once when an organisation's approval is gone or all slots are taken, once a day about mailboxes \
                 that need attention, and once a week about new people who are not connected. Otherwise none is sent."
                    .to_owned(),
                format!("The console: {public}/"),
            ],
        },
        AlertContent::Broken { organisation, reason } => {
            let why = reason.unwrap_or(Reason::Unknown);
            Piece {
                title: format!("{organisation}: {}", why.title()),
                lines: vec![
                    why.help().meaning.to_owned(),
                    "Nothing of this organisation is checked or connected until it is fixed. Its mailboxes keep their \
                     slots, and connect again by themselves."
                        .to_owned(),
                    help(why),
                ],
            }
        }
        AlertContent::Recovered { organisation } => Piece {
            title: format!("{organisation} works again"),
            lines: vec!["Its mailboxes connect again by themselves. There is nothing to do.".to_owned()],
        },
        AlertContent::Attention { organisation, delegation, reasons } => {
            let all: u64 = reasons.iter().map(|(_, n)| u64::from(*n)).sum();
            let mut lines: Vec<String> = reasons
                .iter()
                .map(|(reason, n)| {
                    let why = reason.unwrap_or(Reason::Unknown);
                    format!("{}: {}", number(u64::from(*n)), why.title())
                })
                .collect();
            lines.push("They keep their slots. Warmy checks them again by itself every few hours.".to_owned());
            lines.push(format!("See them: {}", list(*delegation, Tab::Attention)));
            let need = if all == 1 { "needs" } else { "need" };
            Piece { title: format!("{organisation}: {} {need} attention", mailboxes(all)), lines }
        }
        AlertContent::Newcomers { organisation, delegation, people } => Piece {
            title: format!(
                "{organisation}: {} not connected",
                counted(u64::from(*people), "new person is", "new people are")
            ),
            lines: vec![format!("Connect them: {}", list(*delegation, Tab::Available))],
        },
        AlertContent::Slots { name, taken, limit } => {
            let of = format!("{} of {}", number(u64::from(*taken)), counted(u64::from(*limit), "slot", "slots"));
            let title = if taken >= limit { "All slots are taken" } else { "Most slots are taken" };
            Piece {
                title: title.to_owned(),
                lines: vec![
                    format!("{name}: {of}. New mailboxes connect as long as slots are free."),
                    format!("{public}/"),
                ],
            }
        }
        AlertContent::Credential { name, days } => Piece {
            title: credential_expiry_text(*days),
            lines: vec![
                format!("It is {name}. Without a valid one nothing can be checked or connected."),
                "The operator of the server creates a new one (`server cert new`), adds it to the application in Entra \
                 and configures it beside this one."
                    .to_owned(),
            ],
        },
    }
}

#[cfg(test)]
mod tests {
    use domain::ids::{AlertAddressId, WorkspaceId};
    use uuid::Uuid;

    use super::*;

    fn email(contents: Vec<AlertContent>) -> RenderedEmail {
        let email = AlertEmail {
            id: Uuid::nil(),
            workspace: WorkspaceId(Uuid::nil()),
            workspace_name: "Contoso".into(),
            address: AlertAddressId(Uuid::nil()),
            to: "it@contoso.example".into(),
            added_by: "Olga".into(),
            stop_token: "token".into(),
            contents,
            alerts: Vec::new(),
        };
        render(&email, "https://console.example")
    }

    #[test]
    fn urgent_alerts_come_first_and_names_add_no_headers() {
        let organisation = "Contoso\r\nBcc: everybody".to_owned();
        let words = email(vec![
            AlertContent::Slots { name: "Standard".into(), taken: 80, limit: 100 },
            AlertContent::Broken { organisation, reason: Some(Reason::ConsentRevoked) },
        ]);
        assert!(words.subject.starts_with("Contoso  Bcc: everybody: "), "{}", words.subject);
        assert!(words.subject.ends_with("(and 1 more)"), "{}", words.subject);
        assert!(words.body.contains("https://console.example/help#consent_revoked"), "{}", words.body);
        assert!(words.body.contains("80 of 100 slots"), "{}", words.body);
        assert!(words.body.trim_end().ends_with(&words.stop), "{}", words.body);
    }

    #[test]
    fn singular_and_plural_are_distinguished() {
        let attention = |n| AlertContent::Attention {
            organisation: "Contoso".into(),
            delegation: DelegationId(Uuid::nil()),
            reasons: vec![(Some(Reason::OutOfScope), n)],
        };
        assert_eq!(email(vec![attention(1)]).subject, "Contoso: 1 mailbox needs attention");
        assert_eq!(email(vec![attention(1_200)]).subject, "Contoso: 1,200 mailboxes need attention");
        let credential = AlertContent::Credential { name: "certificate".into(), days: 1 };
        assert_eq!(email(vec![credential]).subject, "Warmy’s credential for Microsoft ends in 1 day");
    }
}
