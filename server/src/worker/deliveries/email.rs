//! E-mail as a destination: the text of alert e-mails, and the client of the mail server.

mod mailer;
mod render;

pub use mailer::{MailError, Mailer};
pub use render::{RenderedEmail, render};
