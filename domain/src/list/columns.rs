//! The columns of the list: their header, cells, menu, order and width are derived from one table.

use crate::{ids::Millis, mailbox::MailboxRow};

crate::states! {
    /// The sort key of the list.
    #[derive(Default)]
    pub enum Sort: "sort key" {
        #[default]
        Name = "name",
        Address = "address",
        Department = "department",
        Kind = "kind",
        Status = "status",
        Checked = "checked",
    }
}

impl Sort {
    /// Whether the order depends on directory data only: connecting and checking do not change it.
    #[must_use]
    pub const fn is_of_the_directory(self) -> bool {
        !matches!(self, Self::Status | Self::Checked)
    }

    /// Whether this change can move the mailbox in this order. With an unknown `before` it can in orders by status or
    /// check time.
    #[must_use]
    pub fn shifts(self, before: Option<&MailboxRow>, after: &MailboxRow) -> bool {
        match self {
            Self::Status => before.is_none_or(|before| before.connection != after.connection),
            Self::Checked => before.is_none_or(|before| before.checked_at != after.checked_at),
            // New names and addresses also change the directory revision, which marks the order as stale.
            _ => false,
        }
    }
}

/// A column, besides the checkbox at the start of a row and the actions at its end.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// Its name in the user's settings of the table.
    pub word: &'static str,
    /// The class of its cells: `cell-` and the word.
    pub class: &'static str,
    /// The text of its header.
    pub title: &'static str,
    /// Its text in the menu of columns.
    pub label: &'static str,
    /// The order that a press on its header chooses.
    pub sort: Option<Sort>,
    pub shown: Shown,
    pub width: Width,
    /// The width of the page in CSS pixels below which the column is hidden; 0 is never.
    pub hidden_below: u16,
    pub cell: Cell,
}

impl Column {
    /// Whether users can hide it.
    #[must_use]
    pub fn is_optional(&self) -> bool {
        self.shown != Shown::Always
    }
}

/// The condition under which a column is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    Always,
    /// Until the user hides it.
    ByDefault,
    /// Once the user chooses it.
    OnRequest,
}

/// The width of a column, in CSS pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Width {
    Fixed(u16),
    /// A minimum, and this number of shares of the remaining space.
    Flexible {
        shares: u8,
        minimum: u16,
    },
}

/// The content of a column's cells. A text or time that a mailbox does not have is shown as a dash.
#[derive(Clone, Copy, Debug)]
pub enum Cell {
    /// Name and address, with the link to the mailbox.
    Name,
    /// The status with its reason.
    Status,
    Text(fn(&MailboxRow) -> Option<&str>),
    /// The day of a time.
    Day(fn(&MailboxRow) -> Option<Millis>),
    /// The time elapsed since then.
    Ago(fn(&MailboxRow) -> Option<Millis>),
}

macro_rules! column {
    ($word:literal, $title:literal, $label:literal, $sort:expr, $shown:ident, $width:expr, $below:literal, $cell:expr) => {
        Column {
            word: $word,
            class: concat!("cell-", $word),
            title: $title,
            label: $label,
            sort: $sort,
            shown: Shown::$shown,
            width: $width,
            hidden_below: $below,
            cell: $cell,
        }
    };
}

/// The columns in their order. After a change here, a test of `app` prints the new `style/components/columns.css`.
#[rustfmt::skip]
pub const COLUMNS: [Column; 7] = [
    // word, title, label, sort, shown, width, hidden below, cell
    column!("name", "Name", "Name", Some(Sort::Name), Always, flexible(2, 190), 0, Cell::Name),
    column!("department", "Department", "Department", Some(Sort::Department), ByDefault, flexible(1, 90), 800,
        Cell::Text(|row| row.department.as_deref())),
    column!("kind", "Kind", "Kind", Some(Sort::Kind), ByDefault, Width::Fixed(84), 900,
        Cell::Text(|row| Some(row.kind.label()))),
    column!("domain", "Domain", "Domain", None, OnRequest, flexible(1, 110), 900,
        Cell::Text(|row| row.address.rsplit_once('@').map(|(_, domain)| domain))),
    column!("status", "Status", "Status", Some(Sort::Status), Always, flexible(2, 220), 0, Cell::Status),
    column!("since", "Since", "Connected since", None, OnRequest, Width::Fixed(108), 900,
        Cell::Day(|row| row.connected_at)),
    column!("checked", "Checked", "Checked", Some(Sort::Checked), ByDefault, Width::Fixed(108), 800,
        Cell::Ago(|row| row.checked_at)),
];

/// The data of users that the columns show, as *Setup* tells administrators before they approve.
pub const SHOWN_DATA: [&str; 3] = ["name", "address", "department"];

const fn flexible(shares: u8, minimum: u16) -> Width {
    Width::Flexible { shares, minimum }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        connection::Connection,
        ids::{MailboxId, RowNumber, Seq},
        mailbox::Kind,
    };

    #[test]
    fn every_word_occurs_once_and_every_order_but_that_of_addresses_has_a_header() {
        for (at, column) in COLUMNS.iter().enumerate() {
            assert!(COLUMNS[..at].iter().all(|other| other.word != column.word), "{}", column.word);
            assert_eq!(column.class.strip_prefix("cell-"), Some(column.word));
        }
        let without: Vec<_> = Sort::ALL
            .into_iter()
            .filter(|sort| COLUMNS.iter().all(|column| column.sort != Some(*sort)))
            .collect();
        assert_eq!(without, [Sort::Address]);
    }

    #[test]
    fn a_cell_shows_the_text_of_its_column() {
        let row = MailboxRow {
            row: RowNumber(1),
            id: MailboxId(uuid::Uuid::nil()),
            name: "Ann".into(),
            address: "ann@contoso.com".into(),
            department: None,
            kind: Kind::Shared,
            connection: Connection::Available,
            reason: None,
            busy: false,
            checked_at: Some(2),
            connected_at: Some(1),
            rev: Seq(1),
        };
        let texts = COLUMNS.map(|column| match column.cell {
            Cell::Text(text) => text(&row).unwrap_or("–").to_owned(),
            Cell::Day(at) | Cell::Ago(at) => at(&row).unwrap_or(0).to_string(),
            Cell::Name | Cell::Status => String::new(),
        });
        assert_eq!(texts, ["", "–", "Shared", "contoso.com", "", "1", "2"]);
    }
}
