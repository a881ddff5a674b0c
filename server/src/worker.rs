//! Background work: loops that one driver runs ([`Background`]), each in its own file.

mod background;
pub mod clock;
mod deliveries;
pub mod retention;
mod runs;
pub mod schedule;

pub use background::{Background, Loop, Next};
pub use deliveries::{Deliveries, MailError, Mailer, RenderedEmail, WebhookClient, render};
pub use runs::{REPEATED_AFTER_CRASH, Runner};
