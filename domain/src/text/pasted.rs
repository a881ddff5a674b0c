//! Text as people paste it: out of spreadsheets, mails, exports and web pages.

use std::borrow::Cow;

/// Codes that exports write in place of a character; upper and lower case are the same.
const ENCODED: [(&str, &str); 10] = [
    ("_x000d_", " "),
    ("_x000a_", " "),
    ("_x0009_", " "),
    ("&lt;", "<"),
    ("&gt;", ">"),
    ("&quot;", "\""),
    ("&nbsp;", " "),
    ("&#39;", "'"),
    ("&apos;", "'"),
    ("&amp;", "&"),
];

/// The same text with plain characters: without those that nobody sees, with blanks for special blanks, straight
/// quotation marks, and the normal form of letters that are written wide. Line ends stay.
#[must_use]
pub fn plain(text: &str) -> Cow<'_, str> {
    if text.is_ascii() && !text.contains(['\0', '&', '_']) {
        return Cow::Borrowed(text);
    }
    let shown: String = text.chars().filter(|c| !is_unseen(*c)).map(plain_char).collect();
    Cow::Owned(decoded(shown))
}

/// Characters without width, and what is left of UTF-16 that was read as UTF-8.
const fn is_unseen(c: char) -> bool {
    matches!(
        c,
        '\0' | '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fffd}'
    )
}

fn plain_char(c: char) -> char {
    match c {
        '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}' => ' ',
        '‘' | '’' | '‚' | '‛' | '′' | '\u{2bc}' | '`' | '´' => '\'',
        '“' | '”' | '„' | '‟' | '«' | '»' | '″' => '"',
        '，' | '、' => ',',
        '。' | '．' | '｡' => '.',
        // The wide forms of ASCII.
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        c => c,
    }
}

/// The text with [`ENCODED`] characters as such.
fn decoded(text: String) -> String {
    if !text.contains(['&', '_']) {
        return text;
    }
    let mut plain = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(at) = rest.find(['&', '_']) {
        let (before, from) = rest.split_at(at);
        plain.push_str(before);
        let found = ENCODED.iter().find(|(encoded, _)| {
            from.get(..encoded.len()).is_some_and(|start| start.eq_ignore_ascii_case(encoded))
        });
        let (shown, taken) = found.map_or((&from[..1], 1), |(encoded, shown)| (*shown, encoded.len()));
        plain.push_str(shown);
        rest = &from[taken..];
    }
    plain.push_str(rest);
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pasted_text_has_plain_characters() {
        for (pasted, expected) in [
            ("as it is", "as it is"),
            ("\u{feff}ann\u{200b}@\u{ad}contoso.com", "ann@contoso.com"),
            ("ann\u{a0}li\u{3000}b", "ann li b"),
            ("pat.o’brien＠contoso．com", "pat.o'brien@contoso.com"),
            ("“Ann” «Li»", "\"Ann\" \"Li\""),
            ("a_x000D_b_X000d_c", "a b c"),
            ("&lt;ann@contoso.com&gt;&amp;&quot;", "<ann@contoso.com>&\""),
            ("a\0n\0n\0", "ann"),
            ("line\r\nline", "line\r\nline"),
            ("&amp;lt;", "&lt;"),
        ] {
            assert_eq!(plain(pasted), expected, "{pasted:?}");
        }
    }
}
