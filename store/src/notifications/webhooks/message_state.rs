//! The states of a webhook message.

domain::states! {
    /// The state of a webhook message.
    pub(in crate::notifications) enum MessageState: "message state" {
        /// Not delivered yet.
        Pending = "pending",
        Delivered = "delivered",
        /// Given up, or refused for ever by its receiver.
        Failed = "failed",
    }
}
