//! The topics of notifications. Their names are stable: receivers of webhooks choose by them.

domain::states! {
    /// The topic of a notification.
    pub enum Topic: "topic" {
        /// No mailbox of an organisation can be checked or connected any more: approval was withdrawn, for example.
        OrganisationBroken = "organisation.broken",
        /// The organisation works again.
        OrganisationRecovered = "organisation.recovered",
        /// Connected mailboxes need attention: one message for all mailboxes that a check has found.
        MailboxesAttention = "mailboxes.attention",
        /// Users were added, removed or changed.
        DirectoryChanged = "directory.changed",
        /// A run that a user started has ended.
        RunEnded = "run.ended",
        /// 80 % of the slots are taken.
        SlotsLow = "slots.low",
        /// All slots are taken.
        SlotsFull = "slots.full",
        /// The credential that Warmy presents to Microsoft expires soon.
        CredentialExpiring = "credential.expiring",
        /// Sent on request, to test the delivery.
        Test = "webhook.test",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_the_same_everywhere() {
        for topic in Topic::ALL {
            assert_eq!(topic.as_str().parse(), Ok(topic));
            assert_eq!(serde_json::to_string(&topic).unwrap(), format!("\"{}\"", topic.as_str()));
        }
    }
}
