//! What a search looks through, as the directory's writer puts it down: in lower case, because neither database
//! folds every letter by itself.

use crate::store::DirectoryEntry;

/// The other addresses, one a line; nothing when there are none.
pub(in crate::store) fn aliases(entry: &DirectoryEntry) -> Option<String> {
    let own = entry.address.to_lowercase();
    let mut others: Vec<String> = entry.aliases.iter().map(|alias| alias.trim().to_lowercase()).collect();
    others.retain(|other| !other.is_empty() && *other != own);
    others.sort_unstable();
    others.dedup();
    (!others.is_empty()).then(|| others.join("\n"))
}

/// The part after the @.
pub(in crate::store) fn domain_of(address: &str) -> Option<String> {
    address.rsplit_once('@').map(|(_, domain)| domain.to_lowercase()).filter(|domain| !domain.is_empty())
}

/// Name, address, department and aliases, one a line.
pub(in crate::store) fn search_text(entry: &DirectoryEntry) -> String {
    let mut text = format!("{}\n{}", entry.name, entry.address).to_lowercase();
    for part in [entry.department.as_deref().map(str::to_lowercase), aliases(entry)].into_iter().flatten() {
        text.push('\n');
        text.push_str(&part);
    }
    text
}
