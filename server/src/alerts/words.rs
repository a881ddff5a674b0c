//! What a letter says: plain text, what happened first, then what to do, then why it came.

use app::links;
use domain::{
    Reason,
    alerts::{Matter, credential_ends},
    ids::DelegationId,
    list::{ListQuery, Tab},
    text::{counted, mailboxes, number},
};

use crate::store::Letter;

/// A letter, written.
#[derive(Debug)]
pub struct Words {
    pub subject: String,
    pub body: String,
    /// The address that ends these letters.
    pub stop: String,
}

/// One matter: a line that can stand alone, and what belongs to it.
struct Piece {
    title: String,
    lines: Vec<String>,
}

/// Writes a letter. `public` is the console's address, without a trailing slash.
#[must_use]
pub fn words(letter: &Letter, public: &str) -> Words {
    let mut matters: Vec<&Matter> = letter.matters.iter().collect();
    matters.sort_by_key(|matter| !matter.is_urgent());
    let pieces: Vec<Piece> = matters.into_iter().map(|matter| piece(matter, letter, public)).collect();
    let subject = match pieces.as_slice() {
        [] => letter.workspace_name.clone(),
        [one] => one.title.clone(),
        [first, rest @ ..] => format!("{} (and {} more)", first.title, rest.len()),
    };
    let stop = format!("{public}/alerts/stop/{}", letter.stop_token);
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
        letter.added_by, letter.to, letter.workspace_name
    ));
    // Names are other people's: none of them begins a header.
    let subject = subject.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    Words { subject, body, stop }
}

fn piece(matter: &Matter, letter: &Letter, public: &str) -> Piece {
    let list = |delegation: DelegationId, tab: Tab| {
        let query = ListQuery { tab, ..ListQuery::default() };
        format!("{public}{}", links::mailboxes(Some(delegation), &query))
    };
    let help = |reason: Reason| format!("What to do: {public}{}", links::help(reason));
    match matter {
        Matter::Welcome { by } => Piece {
            title: format!("Alerts of {} come here from now on", letter.workspace_name),
            lines: vec![
                format!("{by} wants this address to hear when Warmy needs somebody:"),
                "at once when an organisation's approval is gone or all slots are taken, once a day of mailboxes that \
                 need attention, and once a week of people who came and are not connected. No news, no e-mail."
                    .to_owned(),
                format!("The console: {public}/"),
            ],
        },
        Matter::Broken { organisation, reason } => {
            let why = reason.unwrap_or(Reason::Unknown);
            Piece {
                title: format!("{organisation}: {}", why.title()),
                lines: vec![
                    why.help().meaning.to_owned(),
                    "Nothing of this organisation is checked or connected until it is mended. Its mailboxes keep their \
                     slots, and connect again by themselves."
                        .to_owned(),
                    help(why),
                ],
            }
        }
        Matter::Recovered { organisation } => Piece {
            title: format!("{organisation} works again"),
            lines: vec!["Its mailboxes connect again by themselves. There is nothing to do.".to_owned()],
        },
        Matter::Attention { organisation, delegation, reasons } => {
            let all: u64 = reasons.iter().map(|(_, n)| u64::from(*n)).sum();
            let mut lines: Vec<String> = reasons
                .iter()
                .map(|(reason, n)| {
                    let why = reason.unwrap_or(Reason::Unknown);
                    format!("{}: {}", number(u64::from(*n)), why.title())
                })
                .collect();
            lines.push("They keep their slots. Warmy looks at them again by itself every few hours.".to_owned());
            lines.push(format!("See them: {}", list(*delegation, Tab::Attention)));
            let need = if all == 1 { "needs" } else { "need" };
            Piece { title: format!("{organisation}: {} {need} attention", mailboxes(all)), lines }
        }
        Matter::Newcomers { organisation, delegation, people } => Piece {
            title: format!(
                "{organisation}: {} not connected",
                counted(u64::from(*people), "new person is", "new people are")
            ),
            lines: vec![format!("Connect them: {}", list(*delegation, Tab::Available))],
        },
        Matter::Slots { name, taken, limit } => {
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
        Matter::Credential { name, days } => Piece {
            title: credential_ends(*days),
            lines: vec![
                format!("It is {name}. Without a valid one nothing can be checked or connected."),
                "Whoever runs the server makes a new one (`server cert new`), adds it to the application in Entra and \
                 configures it beside this one."
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

    fn letter(matters: Vec<Matter>) -> Words {
        let letter = Letter {
            id: Uuid::nil(),
            workspace: WorkspaceId(Uuid::nil()),
            workspace_name: "Contoso".into(),
            address: AlertAddressId(Uuid::nil()),
            to: "it@contoso.example".into(),
            added_by: "Olga".into(),
            stop_token: "token".into(),
            matters,
            said: Vec::new(),
        };
        words(&letter, "https://console.example")
    }

    #[test]
    fn what_is_urgent_comes_first_and_names_make_no_headers() {
        let organisation = "Contoso\r\nBcc: everybody".to_owned();
        let words = letter(vec![
            Matter::Slots { name: "Standard".into(), taken: 80, limit: 100 },
            Matter::Broken { organisation, reason: Some(Reason::ConsentRevoked) },
        ]);
        assert!(words.subject.starts_with("Contoso  Bcc: everybody: "), "{}", words.subject);
        assert!(words.subject.ends_with("(and 1 more)"), "{}", words.subject);
        assert!(words.body.contains("https://console.example/help#consent_revoked"), "{}", words.body);
        assert!(words.body.contains("80 of 100 slots"), "{}", words.body);
        assert!(words.body.trim_end().ends_with(&words.stop), "{}", words.body);
    }

    #[test]
    fn one_is_not_many() {
        let attention = |n| Matter::Attention {
            organisation: "Contoso".into(),
            delegation: DelegationId(Uuid::nil()),
            reasons: vec![(Some(Reason::OutOfScope), n)],
        };
        assert_eq!(letter(vec![attention(1)]).subject, "Contoso: 1 mailbox needs attention");
        assert_eq!(letter(vec![attention(1_200)]).subject, "Contoso: 1,200 mailboxes need attention");
        let credential = Matter::Credential { name: "certificate".into(), days: 1 };
        assert_eq!(letter(vec![credential]).subject, "Warmy’s credential for Microsoft ends in 1 day");
    }
}
