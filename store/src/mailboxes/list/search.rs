//! The text that a search reads, written with the directory, because neither database folds letters alike.

use unicode_normalization::UnicodeNormalization as _;

use crate::DirectoryEntry;

/// A text as it is searched and sorted: in lower case, without accents, and with plain letters for those that have no
/// decomposition. Other scripts keep their marks.
pub(crate) fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.nfkd().filter(|c| !is_accent(*c) && !is_unseen(*c)).flat_map(char::to_lowercase) {
        match plain(c) {
            Some(letters) => folded.push_str(letters),
            // The lower case of some letters has an accent of its own.
            None if is_accent(c) => {}
            None => folded.push(c),
        }
    }
    folded
}

/// Combining marks of Latin, Greek and Cyrillic letters.
const fn is_accent(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}')
}

/// Characters without width.
const fn is_unseen(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
}

/// Letters and apostrophes that Unicode does not decompose.
const fn plain(c: char) -> Option<&'static str> {
    Some(match c {
        'ı' => "i",
        'ø' => "o",
        'ł' => "l",
        'đ' | 'ð' => "d",
        'ħ' => "h",
        'ŧ' => "t",
        'ŋ' => "n",
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'þ' => "th",
        '\u{2018}' | '\u{2019}' | '\u{2bc}' | '\u{60}' | '\u{b4}' => "'",
        _ => return None,
    })
}

/// The other addresses in lower case, one per line; `None` when there are none.
pub(crate) fn aliases(entry: &DirectoryEntry) -> Option<String> {
    let own = entry.address.to_lowercase();
    let mut others: Vec<String> = entry.aliases.iter().map(|alias| alias.trim().to_lowercase()).collect();
    others.retain(|other| !other.is_empty() && *other != own);
    others.sort_unstable();
    others.dedup();
    (!others.is_empty()).then(|| others.join("\n"))
}

/// The part after the @, in lower case.
pub(crate) fn domain_of(address: &str) -> Option<String> {
    address.rsplit_once('@').map(|(_, domain)| domain.to_lowercase()).filter(|domain| !domain.is_empty())
}

/// Name, address, department and aliases, folded, one per line.
pub(crate) fn search_text(
    name: &str,
    address: &str,
    department: Option<&str>,
    aliases: Option<&str>,
) -> String {
    let parts = [Some(name), Some(address), department, aliases];
    parts.into_iter().flatten().map(fold).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_found_by_the_keys_that_everybody_has() {
        for (text, folded) in [
            ("Émile Zola", "emile zola"),
            ("E\u{301}mile", "emile"),
            ("Özgür", "ozgur"),
            ("İstanbul", "istanbul"),
            ("ISPARTA ışık", "isparta isik"),
            ("Lucía", "lucia"),
            ("Łódź", "lodz"),
            ("Søren Ærø", "soren aero"),
            ("Straße", "strasse"),
            ("STRASSE", "strasse"),
            ("O\u{2019}Brien", "o'brien"),
            ("Ｐａｔ", "pat"),
            ("ﬁnance", "finance"),
            ("Ёлка", "елка"),
            ("Ωμέγα", "ωμεγα"),
            ("李 明", "李 明"),
            ("ガ", "カ\u{3099}"),
            ("Soft\u{ad}hyphen", "softhyphen"),
        ] {
            assert_eq!(fold(text), folded, "{text}");
            assert_eq!(fold(&fold(text)), folded, "{text}");
        }
    }
}
