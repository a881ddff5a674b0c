//! Rules by which newcomers are connected without anybody asking: off until somebody switches one on, with a ceiling,
//! never beyond the slots.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::{
    AppError,
    ids::{Millis, RuleId},
    slots::MAX_PER_RUN,
    text::{counted, mailboxes, number},
};

/// Rules of one organisation, at most.
pub const MOST: u32 = 20;

/// The longest name of a department, a domain or a group.
const LONGEST: usize = 256;

/// What whoever comes has in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum By {
    Department,
    /// Of the address.
    Domain,
    /// A Microsoft 365 or security group, members of its groups included.
    Group,
}

impl By {
    pub const ALL: [Self; 3] = [Self::Department, Self::Domain, Self::Group];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Department => "department",
            Self::Domain => "domain",
            Self::Group => "group",
        }
    }

    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Department => "Department",
            Self::Domain => "Domain",
            Self::Group => "Group",
        }
    }
}

impl FromStr for By {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|by| by.as_str() == text).ok_or_else(|| format!("unknown rule {text:?}"))
    }
}

/// A rule that somebody asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewRule {
    pub by: By,
    /// Name of the department, of the domain, or of the group.
    pub value: String,
    /// Mailboxes that may be connected by it at a time.
    pub ceiling: u32,
}

impl NewRule {
    /// As it is kept.
    ///
    /// # Errors
    /// [`AppError::Invalid`] for the fields `value` and `ceiling`.
    pub fn checked(self) -> Result<Self, AppError> {
        let value = self.value.trim().trim_start_matches('@').trim();
        let value = if self.by == By::Domain { value.to_lowercase() } else { value.to_owned() };
        let what = self.by.label().to_lowercase();
        if value.is_empty() || value.len() > LONGEST {
            return Err(AppError::invalid("value", format!("Type the name of a {what}.")));
        }
        if self.by == By::Domain && (!value.contains('.') || value.contains(['@', ' '])) {
            return Err(AppError::invalid("value", "Type a domain, like example.com."));
        }
        if !(1..=MAX_PER_RUN).contains(&self.ceiling) {
            let most = number(u64::from(MAX_PER_RUN));
            return Err(AppError::invalid("ceiling", format!("Type a number from 1 to {most}.")));
        }
        Ok(Self { value, ..self })
    }
}

/// A rule as *Settings* shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleView {
    pub id: RuleId,
    pub by: By,
    pub value: String,
    pub ceiling: u32,
    /// Those who came after it are connected; `None` is off.
    pub on_since: Option<Millis>,
    pub created_by: String,
    /// Mailboxes that it has connected and that hold a slot.
    pub connected: u32,
    /// Dry run: who matches today and could be connected, those included who were there before; `None` for a group,
    /// which is asked for only when somebody comes.
    pub matching: Option<u32>,
    /// Of these, those who came in the last thirty days: what it would have connected.
    pub recent: Option<u32>,
    /// Why it has connected nobody the last time that somebody was there.
    pub held_up: Option<HeldUp>,
}

/// Why a rule cannot connect anybody just now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HeldUp {
    /// As many as it may are connected.
    Ceiling,
    /// No slot is free, or the plan is not active.
    Slots,
    /// The permission for groups is missing.
    Permission,
    /// Microsoft knows no such group any more.
    NoGroup,
}

impl HeldUp {
    pub const ALL: [Self; 4] = [Self::Ceiling, Self::Slots, Self::Permission, Self::NoGroup];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ceiling => "ceiling",
            Self::Slots => "slots",
            Self::Permission => "permission",
            Self::NoGroup => "no_group",
        }
    }

    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Ceiling => "Its ceiling is reached: newcomers wait until you connect them.",
            Self::Slots => "No slot is free: newcomers wait, and connect by themselves when one is.",
            Self::Permission => {
                "Warmy may not read groups: add GroupMember.Read.All to the approval, or use a department."
            }
            Self::NoGroup => "Microsoft knows no group of this name any more, or several.",
        }
    }
}

impl FromStr for HeldUp {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|one| one.as_str() == text).ok_or_else(|| format!("unknown {text:?}"))
    }
}

impl RuleView {
    /// "Department Sales".
    #[must_use]
    pub fn name(&self) -> String {
        format!("{} {}", self.by.label(), self.value)
    }

    /// What it has done and would do, in words.
    #[must_use]
    pub fn words(&self) -> String {
        let mut words = format!("At most {}", mailboxes(u64::from(self.ceiling)));
        if self.on_since.is_some() || self.connected > 0 {
            words.push_str(&format!(" · {} connected by it", number(u64::from(self.connected))));
        }
        if let (None, Some(matching), Some(recent)) = (self.on_since, self.matching, self.recent) {
            let match_it = if matching == 1 { "matches" } else { "match" };
            let people = counted(u64::from(matching), "person", "people");
            words.push_str(&format!(
                " · {people} {match_it} today; {} of them came in the last 30 days and would have been connected",
                number(u64::from(recent.min(self.ceiling)))
            ));
        }
        words
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn new(by: By, value: &str, ceiling: u32) -> Result<NewRule, AppError> {
        NewRule { by, value: value.to_owned(), ceiling }.checked()
    }

    #[test]
    fn rules_are_read_as_people_type_them() {
        assert_eq!(new(By::Domain, " @Example.COM ", 5).unwrap().value, "example.com");
        assert_eq!(new(By::Department, " Sales & Co ", 1_000).unwrap().value, "Sales & Co");
        for (by, value, ceiling, field) in [
            (By::Domain, "example", 5, "value"),
            (By::Domain, "a@example.com", 5, "value"),
            (By::Group, "  ", 5, "value"),
            (By::Department, "Sales", 0, "ceiling"),
            (By::Department, "Sales", 1_001, "ceiling"),
        ] {
            assert_eq!(new(by, value, ceiling).unwrap_err().field(), Some(field), "{value} {ceiling}");
        }
    }

    #[test]
    fn a_dry_run_says_what_would_have_been() {
        let mut rule = RuleView {
            id: RuleId(uuid::Uuid::nil()),
            by: By::Department,
            value: "Sales".into(),
            ceiling: 10,
            on_since: None,
            created_by: "Olga".into(),
            connected: 0,
            matching: Some(40),
            recent: Some(12),
            held_up: None,
        };
        assert_eq!(
            rule.words(),
            "At most 10 mailboxes · 40 people match today; 10 of them came in the last 30 days and would have been connected"
        );
        rule.on_since = Some(1);
        assert_eq!(rule.words(), "At most 10 mailboxes · 0 connected by it");
    }

    #[test]
    fn names_survive() {
        for by in By::ALL {
            assert_eq!(by.as_str().parse(), Ok(by));
        }
        for held_up in HeldUp::ALL {
            assert_eq!(held_up.as_str().parse(), Ok(held_up));
        }
    }
}
