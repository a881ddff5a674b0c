//! The text that a search reads, written with the directory: in lower case, because neither database folds every letter
//! itself.

use crate::DirectoryEntry;

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

/// Name, address, department and aliases in lower case, one per line.
pub(crate) fn search_text(entry: &DirectoryEntry) -> String {
    let mut text = format!("{}\n{}", entry.name, entry.address).to_lowercase();
    for part in [entry.department.as_deref().map(str::to_lowercase), aliases(entry)].into_iter().flatten() {
        text.push('\n');
        text.push_str(&part);
    }
    text
}
