//! Rules that connect newcomers automatically: off until an owner switches one on, limited by a ceiling and by the free
//! slots.

use serde::{Deserialize, Serialize};

use crate::{
    AppError,
    ids::{Millis, RuleId},
    slots::MAX_PER_RUN,
    text::{clean, counted, mailboxes, number},
};

/// Maximum number of rules of one organisation.
pub const MAX_RULES: u32 = 20;

/// The longest name of a department, a domain or a group, in characters.
const MAX_VALUE_LENGTH: usize = 256;

crate::states! {
    /// The attribute by which a rule matches newcomers.
    pub enum RuleKind: "rule" {
        Department = "department" => "Department",
        /// The domain of the address.
        Domain = "domain" => "Domain",
        /// A Microsoft 365 or security group, including members of its groups.
        Group = "group" => "Group",
    }
}

/// A rule to be added.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewRule {
    pub by: RuleKind,
    /// Name of the department, of the domain, or of the group.
    pub value: String,
    /// Maximum number of mailboxes connected by it at a time.
    pub ceiling: u32,
    /// Adds it also when nobody has this department or domain today.
    #[serde(default)]
    pub anyway: bool,
}

impl NewRule {
    /// Checks the rule and normalises its value.
    ///
    /// # Errors
    /// [`AppError::Invalid`] for the fields `value` and `ceiling`.
    pub fn checked(self) -> Result<Self, AppError> {
        let value = clean(&self.value);
        let value = value.trim_start_matches('@').trim();
        let value = if self.by == RuleKind::Domain { value.to_lowercase() } else { value.to_owned() };
        let what = self.by.label().to_lowercase();
        if value.is_empty() || value.chars().count() > MAX_VALUE_LENGTH {
            return Err(AppError::invalid("value", format!("Type the name of a {what}.")));
        }
        if self.by == RuleKind::Domain && (!value.contains('.') || value.contains(['@', ' '])) {
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
    pub by: RuleKind,
    pub value: String,
    pub ceiling: u32,
    /// People who joined after this time are connected; `None` is off.
    pub on_since: Option<Millis>,
    pub created_by: String,
    /// Number of mailboxes that it has connected and that hold a slot.
    pub connected: u32,
    /// Dry run: number of people who match today and could be connected, including earlier ones; `None` for a group,
    /// whose members are requested only when there are newcomers.
    pub matching: Option<u32>,
    /// Of these, people who joined in the last 30 days: the rule would have connected them.
    pub recent: Option<u32>,
    /// Why it could not connect all newcomers the last time.
    pub held_up: Option<BlockedBy>,
}

crate::states! {
    /// Why a rule cannot connect newcomers at present.
    pub enum BlockedBy: "obstacle of a rule" {
        /// The ceiling is reached.
        Ceiling = "ceiling",
        /// No slot is free, or the plan is not active.
        Slots = "slots",
        /// The permission for groups is missing.
        Permission = "permission",
        /// Microsoft has no group of this name any more, or several.
        NoGroup = "no_group",
    }
}

impl BlockedBy {
    /// The sentence that the console shows.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Ceiling => {
                "Its ceiling is reached: new people wait until a mailbox of the rule is disconnected, or you connect them."
            }
            Self::Slots => {
                "The plan is not active or has no free slot: new people wait, and are connected as soon as that is over."
            }
            Self::Permission => {
                "Warmy may not read groups here: its approval has no GroupMember.Read.All. Use a department or a domain, or ask the operator of Warmy for it."
            }
            Self::NoGroup => "Microsoft knows no group of this name any more, or several.",
        }
    }
}

impl RuleView {
    /// "Department Sales".
    #[must_use]
    pub fn name(&self) -> String {
        format!("{} {}", self.by.label(), self.value)
    }

    /// Its results, or those of its dry run, as text.
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

    fn new(by: RuleKind, value: &str, ceiling: u32) -> Result<NewRule, AppError> {
        NewRule { by, value: value.to_owned(), ceiling, anyway: false }.checked()
    }

    #[test]
    fn rules_are_normalised_and_checked() {
        assert_eq!(new(RuleKind::Domain, " @Example.COM ", 5).unwrap().value, "example.com");
        assert_eq!(new(RuleKind::Department, " Sales & Co ", 1_000).unwrap().value, "Sales & Co");
        for (by, value, ceiling, field) in [
            (RuleKind::Domain, "example", 5, "value"),
            (RuleKind::Domain, "a@example.com", 5, "value"),
            (RuleKind::Group, "  ", 5, "value"),
            (RuleKind::Department, "Sales", 0, "ceiling"),
            (RuleKind::Department, "Sales", 1_001, "ceiling"),
        ] {
            assert_eq!(new(by, value, ceiling).unwrap_err().field(), Some(field), "{value} {ceiling}");
        }
    }

    #[test]
    fn a_dry_run_shows_the_hypothetical_result() {
        let mut rule = RuleView {
            id: RuleId(uuid::Uuid::nil()),
            by: RuleKind::Department,
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
    fn names_round_trip() {
        for by in RuleKind::ALL {
            assert_eq!(by.as_str().parse(), Ok(by));
        }
        for held_up in BlockedBy::ALL {
            assert_eq!(held_up.as_str().parse(), Ok(held_up));
        }
    }
}
