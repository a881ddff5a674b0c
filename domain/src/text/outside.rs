//! Text from outside: typed, pasted, or read from a directory, the host or Microsoft. Every such text that is stored or
//! compared passes [`clean`]: it then has one line, shows all its characters, and is storable in both databases.

use std::borrow::Cow;

use super::counted;
use crate::AppError;

/// The longest name of a person, a workspace, a pool or a key, in characters.
pub const NAME: usize = 100;

/// Text in one line: line ends and tabs become blanks, other control characters and those that change the direction of
/// writing or show nothing are removed, and blanks at both ends too. Joiners stay: names in Persian and in Indian
/// scripts need them.
#[must_use]
pub fn clean(text: &str) -> Cow<'_, str> {
    let trimmed = text.trim();
    if !trimmed.contains(|c| is_blank(c) || is_hidden(c)) {
        return Cow::Borrowed(trimmed);
    }
    let shown: String = trimmed
        .chars()
        .filter(|c| is_blank(*c) || !is_hidden(*c))
        .map(|c| if is_blank(c) { ' ' } else { c })
        .collect();
    Cow::Owned(shown.trim().to_owned())
}

/// A name that was typed or stated, cleaned.
///
/// # Errors
/// [`AppError::Invalid`] for the field, with a sentence, when nothing is left or it is longer than [`NAME`].
pub fn name(field: &'static str, text: &str) -> Result<String, AppError> {
    let text = clean(text);
    match text.chars().count() {
        _ if !text.chars().any(shows) => Err(AppError::invalid(field, "Type a name.")),
        1..=NAME => Ok(text.into_owned()),
        _ => {
            let most = counted(NAME as u64, "character", "characters");
            Err(AppError::invalid(field, format!("A name has at most {most}.")))
        }
    }
}

/// Whether a character alone can be seen: no blank of any script, no joiner, and no mark that only changes another one.
fn shows(c: char) -> bool {
    !c.is_whitespace()
        && !matches!(
            c,
            '\u{200c}' | '\u{200d}' | '\u{2800}' | '\u{3164}' | '\u{ffa0}' | '\u{300}'..='\u{36f}'
                | '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}'
        )
}

const fn is_blank(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Control characters; marks, overrides and isolates of direction; characters without width, except joiners.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
                | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}'
                | '\u{2060}'..='\u{2069}' | '\u{206a}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
                | '\u{e0001}' | '\u{e0020}'..='\u{e007f}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_seen_or_stored_is_removed() {
        for (text, cleaned) in [
            ("Ada Lovelace", "Ada Lovelace"),
            ("  Ada\u{0} Lovelace\n", "Ada Lovelace"),
            ("\u{0}\u{7}\u{1b}", ""),
            ("Ada\r\nBcc: everybody", "Ada  Bcc: everybody"),
            ("exe.\u{202e}fdp.txt", "exe.fdp.txt"),
            ("\u{feff}Zo\u{eb}\u{200b}", "Zoë"),
            // A joiner belongs to the name, and so does an emoji made with one.
            ("می\u{200c}خواهم", "می\u{200c}خواهم"),
            ("👩\u{200d}💻", "👩\u{200d}💻"),
        ] {
            assert_eq!(clean(text), cleaned, "{text:?}");
        }
        assert!(matches!(clean("as it was"), Cow::Borrowed(_)));
    }

    #[test]
    fn a_name_has_one_to_a_hundred_characters() {
        assert_eq!(name("name", " Olga ").unwrap(), "Olga");
        assert!(name("name", &"ü".repeat(100)).is_ok());
        assert_eq!(name("name", "❤\u{fe0f}").unwrap(), "❤\u{fe0f}");
        let unseen = [
            "",
            " ",
            "\u{0}",
            "\u{200b}\n",
            "\u{3164}",
            "\u{2800}",
            "\u{200c}",
            "\u{a0}\u{200d}",
            "\u{fe0f}",
            "\u{301}",
        ];
        for wrong in unseen.into_iter().map(str::to_owned).chain(["ü".repeat(101)]) {
            assert_eq!(name("name", &wrong).unwrap_err().field(), Some("name"), "{wrong:?}");
        }
    }
}
