//! Names of people, in fourteen cultures and nine scripts.
//!
//! A number becomes a name, and a name in an address becomes its number again, so an address needs no index.

use std::sync::LazyLock;

/// The number of given names, and of family names, of each culture.
const PER_CULTURE: usize = 16;

struct Culture {
    language: &'static str,
    family_first: bool,
    given: Vec<(&'static str, &'static str)>,
    family: Vec<(&'static str, &'static str)>,
}

static CULTURES: LazyLock<Vec<Culture>> = LazyLock::new(|| {
    include_str!("names.txt").lines().filter(|line| !line.starts_with('#')).filter_map(parse).collect()
});

fn parse(line: &'static str) -> Option<Culture> {
    let (left, family) = line.split_once('|')?;
    let mut words = left.splitn(3, ' ');
    let (language, order, given) = (words.next()?, words.next()?, words.next()?);
    let pairs =
        |text: &'static str| text.split_whitespace().filter_map(|pair| pair.split_once('=')).collect();
    Some(Culture { language, family_first: order == "f", given: pairs(given), family: pairs(family) })
}

/// One person's name.
#[derive(Debug, Clone)]
pub(crate) struct Name {
    pub(crate) given: &'static str,
    pub(crate) family: &'static str,
    /// As written in the culture: family name first, and without a space, where that is the custom.
    pub(crate) display: String,
    /// `adele.lefevre`, or `adele.lefevre7` for the seventh person of that name.
    pub(crate) local_part: String,
    /// BCP 47 language of the name.
    pub(crate) language: &'static str,
}

/// The number of different names; further names get a counter.
pub(crate) fn count() -> u32 {
    u32::try_from(CULTURES.len() * PER_CULTURE * PER_CULTURE).unwrap_or(1)
}

/// The name with this number; numbers at or above [`count`] repeat the names with a counter.
pub(crate) fn nth(number: u32) -> Name {
    let (combination, round) = ((number % count()) as usize, number / count());
    let culture = &CULTURES[combination / (PER_CULTURE * PER_CULTURE)];
    let (given, given_ascii) = culture.given[combination / PER_CULTURE % PER_CULTURE];
    let (family, family_ascii) = culture.family[combination % PER_CULTURE];
    let unspaced = matches!(culture.language, "zh" | "ja" | "ko");
    let display = match (culture.family_first, unspaced) {
        (true, true) => format!("{family}{given}"),
        (true, false) => format!("{family} {given}"),
        (false, _) => format!("{given} {family}"),
    };
    let local_part = if round == 0 {
        format!("{given_ascii}.{family_ascii}")
    } else {
        format!("{given_ascii}.{family_ascii}{}", round + 1)
    };
    Name { given, family, display, local_part, language: culture.language }
}

/// The number whose name has this local part.
pub(crate) fn number_of(local_part: &str) -> Option<u32> {
    let (given, rest) = local_part.split_once('.')?;
    let family = rest.trim_end_matches(|c: char| c.is_ascii_digit());
    let round = match &rest[family.len()..] {
        "" => 0,
        digits => digits.parse::<u32>().ok()?.checked_sub(1)?,
    };
    CULTURES.iter().enumerate().find_map(|(index, culture)| {
        let family = culture.family.iter().position(|(_, ascii)| *ascii == family)?;
        let given = culture.given.iter().position(|(_, ascii)| *ascii == given)?;
        let combination = u32::try_from((index * PER_CULTURE + given) * PER_CULTURE + family).ok()?;
        round.checked_mul(count())?.checked_add(combination)
    })
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_culture_has_its_sixteen_names_and_no_address_is_shared() {
        assert_eq!(CULTURES.len(), 14);
        for culture in CULTURES.iter() {
            assert_eq!(culture.given.len(), PER_CULTURE, "given names of {}", culture.language);
            assert_eq!(culture.family.len(), PER_CULTURE, "family names of {}", culture.language);
        }
        let distinct: HashSet<String> = (0..count() * 2).map(|number| nth(number).local_part).collect();
        assert_eq!(distinct.len(), count() as usize * 2);
    }

    #[test]
    fn a_local_part_leads_back_to_its_number() {
        for number in (0..count() * 3).step_by(7) {
            assert_eq!(number_of(&nth(number).local_part), Some(number));
        }
        assert_eq!(number_of("nobody.nowhere"), None);
    }
}
