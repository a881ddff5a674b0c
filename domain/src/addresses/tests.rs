use super::*;

fn read(text: &str) -> Vec<String> {
    Pasted::read(text).addresses
}

#[test]
fn addresses_are_read_from_common_formats() {
    for text in [
        "ann@contoso.com\nbob@contoso.com",
        "ann@contoso.com, bob@contoso.com",
        "ann@contoso.com;bob@contoso.com;",
        "Ann Li <ann@contoso.com>, \"Bob, Jr.\" <BOB@Contoso.com>",
        "name,mail\r\nAnn,ann@contoso.com\r\nBob,bob@contoso.com\r\n",
        "\u{feff}\"Ann\";\"ann@contoso.com\"\n\"Bob\";\"bob@contoso.com\"",
        "Ann\tann@contoso.com\nBob\tbob@contoso.com",
        "mailto:ann@contoso.com?subject=hi SMTP:bob@contoso.com.",
        "(ann@contoso.com) 'bob@contoso.com'",
        "ann@contoso.com，bob@contoso.com、",
        "• ann@contoso.com\n• bob@contoso.com",
        "ann@contoso.com\u{200b}\u{a0}bob@contoso.com",
        "an\u{ad}n@contoso\u{200b}.com \u{feff}bob＠contoso．com",
        "SMTP:ann@contoso.com+smtp:bob@contoso.com",
        "sip:ann@contoso.com;SMTP:bob@contoso.com",
        "ann@contoso.com_x000D_\nbob@contoso.com_x000D_",
        "&lt;ann@contoso.com&gt;, Bob &lt;bob@contoso.com&gt;",
        "•ann@contoso.com\n–bob@contoso.com",
        "- ann@contoso.com…\n* bob@contoso.com –",
        "ann@contoso.com/\nbob@contoso.com#",
        "ann@contoso.com/bob@contoso.com",
        "ann@contoso.com&bob@contoso.com",
        "Li, Ann [ann@contoso.com]; Roe, Bob [mailto:bob@contoso.com]",
        "Name;E-Mail;Abteilung\r\nAnn Li;ann@contoso.com;Vertrieb\r\nBob;bob@contoso.com;",
        "a\0n\0n\0@\0c\0o\0n\0t\0o\0s\0o\0.\0c\0o\0m\0\n\0b\0o\0b\0@\0c\0o\0n\0t\0o\0s\0o\0.\0c\0o\0m\0",
    ] {
        assert_eq!(read(text), ["ann@contoso.com", "bob@contoso.com"], "{text:?}");
    }
}

#[test]
fn special_characters_of_names_are_preserved() {
    assert_eq!(
        read("pat.o’brien@contoso.com ‘ann@contoso.com’"),
        ["pat.o'brien@contoso.com", "ann@contoso.com"]
    );
    for address in [
        "a/b@contoso.com",
        "o'brien@contoso.com",
        "a+b@contoso.com",
        "josé@bücher.example",
        "x_y-z@a.b.example",
    ] {
        assert_eq!(read(address), [address]);
    }
}

#[test]
fn repeated_addresses_are_counted_and_invalid_ones_are_listed_separately() {
    let pasted =
        Pasted::read("ann@contoso.com Ann@contoso.com a@b@c.example @x.example y@ z@nodot plain words");
    assert_eq!((pasted.addresses.len(), pasted.repeated), (1, 1));
    assert_eq!(pasted.unreadable, ["a@b@c.example", "@x.example", "y@", "z@nodot"]);
}

#[test]
fn every_line_is_accounted_for() {
    let pasted = Pasted::read("Name;Mail\n\nAnn;ann@contoso.com\n---\nrubbish\nbob@\n  Carla  \n");
    assert_eq!(pasted.addresses, ["ann@contoso.com"]);
    assert_eq!(pasted.unreadable, ["bob@"]);
    assert_eq!(pasted.without, ["Name;Mail", "rubbish", "Carla"]);
}

#[test]
fn hostile_text_is_handled() {
    for text in
        ["", "@", "@@@@", "<<<>>>", "\0\0\0", "\u{202e}@\u{202d}", "=cmd|'/c calc'!A1", "💥@💥.💥", "'"]
    {
        let pasted = Pasted::read(text);
        assert!(pasted.addresses.len() + pasted.unreadable.len() <= 1, "{text:?}");
    }
    let long = "a".repeat(1_000_000) + "@contoso.com";
    let pasted = Pasted::read(&long);
    assert!(pasted.addresses.is_empty() && pasted.unreadable[0].len() == MAX_ADDRESS_LENGTH);
    let many = "x@y.example ".repeat(100_000);
    assert_eq!(Pasted::read(&many).repeated, 99_999);
}

#[test]
fn a_list_is_classified_by_the_purpose_of_the_selection() {
    let one = |row, connection, busy| Some(Match { row: RowNumber(row), connection, reason: None, busy });
    let answers = [
        ("a", one(1, Connection::Available, false)),
        ("b", one(2, Connection::Connected, false)),
        ("a2", one(1, Connection::Available, false)),
        ("c", None),
        ("d", one(3, Connection::Failed, true)),
    ];
    let found = Found::sort_out(Purpose::Connect, answers);
    assert_eq!((found.rows.clone(), found.missing.clone()), (vec![RowNumber(1)], vec!["c".to_owned()]));
    let left = |why: &str, address: &str| (why.to_owned(), vec![address.to_owned()]);
    assert_eq!(found.left, [left("already connected", "b"), left("in another run", "d")]);
    assert_eq!(found.same, ["a2"]);
    let found = Found::sort_out(Purpose::Manage, answers);
    assert_eq!(found.rows, [RowNumber(2)]);
}
