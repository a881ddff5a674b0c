//! The text of an alert e-mail: first what happened, then what to do, then why it was sent. Plain text.
//!
//! Subjects contain no text that people have typed: a name must not turn them into a message to a stranger. The e-mail
//! that asks the owner of an address contains none at all.

use app::links;
use domain::{
    Reason,
    alerts::{AlertContent, credential_expiry_text},
    ids::DelegationId,
    list::{ListQuery, Tab},
    text::{counted, mailboxes, number},
};
use secrecy::ExposeSecret;
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
    /// What it is about, for the body; before the title.
    about: Option<String>,
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
        [] => "Warmy".to_owned(),
        [one] => one.title.clone(),
        [first, rest @ ..] => format!("{} (and {} more)", first.title, rest.len()),
    };
    let token = email.stop_token.expose_secret();
    let stop = format!("{public}/alerts/stop/{token}");
    let mut body = String::new();
    for Piece { about, title, lines } in &pieces {
        match about {
            Some(about) => body.push_str(&format!("{about}: {title}\n\n")),
            None => body.push_str(&format!("{title}\n\n")),
        }
        for line in lines {
            body.push_str(&format!("{line}\n"));
        }
        body.push_str("\n\n");
    }
    body.push_str(&match email.contents.contains(&AlertContent::Confirm) {
        true => format!("--\nIf you do nothing, no other e-mail comes. To remove your address now: {stop}\n"),
        false => format!(
            "--\nYou get this because {} added {} to the alerts of the workspace {}.\nStop these e-mails: {stop}\n",
            email.added_by, email.to, email.workspace_name
        ),
    });
    RenderedEmail { subject, body, stop }
}

fn piece(content: &AlertContent, email: &AlertEmail, public: &str) -> Piece {
    let list = |delegation: DelegationId, tab: Tab| {
        let query = ListQuery { tab, ..ListQuery::default() };
        format!("{public}{}", links::mailboxes(Some(delegation), &query))
    };
    let help = |reason: Reason| format!("What to do: {public}{}", links::help(reason));
    match content {
        AlertContent::Confirm => Piece {
            about: None,
            title: "Confirm this address for alerts of Warmy".to_owned(),
            lines: vec![
                "Somebody wants Warmy's alerts of a workspace to come to this address. See who, and confirm it:"
                    .to_owned(),
                format!("{public}/alerts/confirm/{}", email.stop_token.expose_secret()),
                "It then gets an e-mail at once when an organisation stops working or works again, when most or all slots \
                 are taken, and when Warmy's credential is about to expire; once a day about mailboxes that need \
                 attention, and once a week about new people who are not connected."
                    .to_owned(),
            ],
        },
        AlertContent::Broken { organisation, reason } => {
            let why = reason.unwrap_or(Reason::Unknown);
            Piece {
                about: Some(organisation.clone()),
                title: why.title().to_owned(),
                lines: vec![
                    why.help().meaning.to_owned(),
                    "Nothing of this organisation is checked or connected until it is fixed. Its mailboxes keep their \
                     slots, and are checked again by themselves after that."
                        .to_owned(),
                    help(why),
                ],
            }
        }
        AlertContent::Recovered { organisation } => Piece {
            about: Some(organisation.clone()),
            title: "The organisation works again".to_owned(),
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
            let (keep, see, need) = match all {
                1 => ("It keeps its slot. Warmy checks it again", "See it", "needs"),
                _ => ("They keep their slots. Warmy checks them again", "See them", "need"),
            };
            lines.push(format!("{keep} by itself every few hours."));
            lines.push(format!("{see}: {}", list(*delegation, Tab::Attention)));
            let title = format!("{} {need} attention", mailboxes(all));
            Piece { about: Some(organisation.clone()), title, lines }
        }
        AlertContent::Newcomers { organisation, delegation, people } => Piece {
            about: Some(organisation.clone()),
            title: format!(
                "{} not connected",
                counted(u64::from(*people), "new person is", "new people are")
            ),
            lines: vec![format!(
                "Connect {}: {}",
                if *people == 1 { "this person" } else { "them" },
                list(*delegation, Tab::Available)
            )],
        },
        AlertContent::Slots { name, taken, limit } => {
            let of = format!("{} of {}", number(u64::from(*taken)), counted(u64::from(*limit), "slot", "slots"));
            let (title, then) = if taken >= limit {
                ("All slots are taken", "No more mailboxes can be connected until a slot is free. Connected mailboxes stay connected.")
            } else {
                ("Most slots are taken", "More mailboxes can be connected while slots are free.")
            };
            Piece {
                about: None,
                title: title.to_owned(),
                lines: vec![
                    format!("{name}: {of}. {then}"),
                    format!("{public}/"),
                ],
            }
        }
        AlertContent::Credential { name, days } => Piece {
            about: None,
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
            stop_token: "token".to_owned().into(),
            contents,
            alerts: Vec::new(),
        };
        render(&email, "https://console.example")
    }

    #[test]
    fn urgent_alerts_come_first_and_names_stay_out_of_the_subject() {
        let organisation = "Contoso\r\nBcc: everybody".to_owned();
        let words = email(vec![
            AlertContent::Slots { name: "Standard".into(), taken: 80, limit: 100 },
            AlertContent::Broken { organisation, reason: Some(Reason::ConsentRevoked) },
        ]);
        assert_eq!(words.subject, format!("{} (and 1 more)", Reason::ConsentRevoked.title()));
        assert!(words.body.starts_with("Contoso\r\nBcc: everybody: "), "{}", words.body);
        assert!(words.body.contains("https://console.example/help#consent_revoked"), "{}", words.body);
        assert!(words.body.contains("80 of 100 slots"), "{}", words.body);
        assert!(words.body.trim_end().ends_with(&words.stop), "{}", words.body);
    }

    #[test]
    fn the_question_to_an_address_contains_nothing_that_somebody_typed() {
        let words = email(vec![AlertContent::Confirm]);
        let all = format!("{}{}", words.subject, words.body);
        assert!(all.contains("https://console.example/alerts/confirm/token"), "{all}");
        for typed in ["Contoso", "Olga"] {
            assert!(!all.contains(typed), "{all}");
        }
    }

    #[test]
    fn singular_and_plural_are_distinguished() {
        let attention = |n| AlertContent::Attention {
            organisation: "Contoso".into(),
            delegation: DelegationId(Uuid::nil()),
            reasons: vec![(Some(Reason::OutOfScope), n)],
        };
        assert_eq!(email(vec![attention(1)]).subject, "1 mailbox needs attention");
        assert_eq!(email(vec![attention(1_200)]).subject, "1,200 mailboxes need attention");
        let credential = AlertContent::Credential { name: "certificate".into(), days: 1 };
        assert_eq!(email(vec![credential]).subject, "Warmy’s credential for Microsoft expires in 1 day");
    }
}
