use domain::{ids::MailboxId, live::Batch};

use super::*;

fn mailbox(seq: i64, n: u128) -> Entry {
    let payload = format!(
        "{{\"kind\":\"mailbox\",\"now\":{{\"row\":{n},\"id\":\"{}\",\"name\":\"Ann \\\"the\\nfirst\\\"\",\
         \"address\":\"a@contoso.com\",\"department\":null,\"kind\":\"user\",\"connection\":\"queued\",\
         \"reason\":null,\"busy\":true,\"checked_at\":null,\"connected_at\":null,\"rev\":{seq}}}}}",
        Uuid::from_u128(n)
    );
    event(seq, "mailbox", Some(n), payload)
}

fn event(seq: i64, kind: &str, mailbox: Option<u128>, payload: String) -> Entry {
    let mailbox = mailbox.map(|n| MailboxId(Uuid::from_u128(n)));
    LogEvent { seq: Seq(seq), kind: kind.to_owned(), mailbox, payload, created_at: 1_000 + seq }.into()
}

fn counts(seq: i64) -> Entry {
    let payload = serde_json::to_string(&domain::live::Change::Counts(domain::mailbox::Counts::default()));
    event(seq, "counts", None, payload.unwrap())
}

fn batch(frame: &Frame) -> Batch {
    let text = std::str::from_utf8(&frame.bytes).unwrap();
    let data = text.strip_suffix("\n\n").unwrap().lines().last().unwrap();
    serde_json::from_str(data.strip_prefix("data: ").unwrap()).unwrap()
}

#[test]
fn a_frame_has_the_wire_format_and_the_newest_state_of_each_subject() {
    let events = [mailbox(5, 1), counts(6), mailbox(7, 2), mailbox(8, 1), counts(9)];
    let frame = Frame::of(Seq(4), events.iter()).unwrap();
    let batch = batch(&frame);
    assert_eq!((batch.after, batch.seq, batch.oldest_at), (Seq(4), Seq(9), 1_005));
    let kinds: Vec<&str> = batch.changes.iter().map(domain::live::Change::kind).collect();
    assert_eq!(kinds, ["mailbox", "mailbox", "counts"]);
    assert!(frame.bytes.starts_with(b"event: change\nid: 9\ndata: {"));
    assert!(Frame::of(Seq(9), [].iter()).is_none());
}

#[test]
fn a_frame_holds_500_subjects_and_its_last_sequence_number() {
    let events: Vec<Entry> = (1..=1_200).map(|n| mailbox(n, u128::try_from(n % 600).unwrap())).collect();
    let frame = Frame::of(Seq(0), events.iter()).unwrap();
    assert_eq!((frame.seq, batch(&frame).changes.len()), (Seq(500), 500));
    let rest = Frame::of(Seq(500), events[500..].iter()).unwrap();
    assert_eq!((rest.seq, batch(&rest).changes.len()), (Seq(1_000), 500));
    // Repeated events about one subject count once.
    let same: Vec<Entry> = (1..=2_000).map(|n| mailbox(n, 1)).collect();
    let frame = Frame::of(Seq(0), same.iter()).unwrap();
    assert_eq!((frame.seq, batch(&frame).changes.len()), (Seq(2_000), 1));
}

#[test]
fn runs_are_distinguished_and_unknown_events_are_all_sent() {
    let run = |seq, n| {
        event(seq, "run", None, format!("{{\"kind\":\"run\",\"now\":{{\"id\":\"{}\"}}}}", Uuid::from_u128(n)))
    };
    let other = |seq| event(seq, "weather", None, "{\"kind\":\"weather\",\"now\":1}".to_owned());
    let events =
        [run(1, 1), run(2, 2), run(3, 1), other(4), other(5), event(6, "run", None, "{}".to_owned())];
    let text = Frame::of(Seq(0), events.iter()).unwrap().bytes;
    let text = std::str::from_utf8(&text).unwrap();
    assert_eq!((text.matches("\"run\"").count(), text.matches("\"weather\"").count()), (2, 2));
    assert!(text.contains(",{}]"), "{text}");
}
