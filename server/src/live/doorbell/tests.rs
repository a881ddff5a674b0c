use super::*;

fn heard(ids: impl IntoIterator<Item = u128>, work: bool) -> Heard {
    Heard { moved: ids.into_iter().map(|n| DelegationId(Uuid::from_u128(n))).collect(), work }
}

#[test]
fn what_is_said_is_what_others_hear_and_short_enough() {
    let (me, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
    for said in [heard([], true), heard([7], false), heard(0..1_000, true)] {
        let payloads = words(me, &said);
        assert!(payloads.iter().all(|payload| payload.len() < 8_000));
        assert!(payloads.iter().all(|payload| read(me, payload).is_none()), "its own voice");
        let mut all = Heard::default();
        for payload in &payloads {
            let some = read(other, payload).unwrap();
            all.moved.extend(some.moved);
            all.work |= some.work;
        }
        assert_eq!(all, said);
    }
}

#[test]
fn unknown_words_are_a_newer_version_and_are_passed_over() {
    let id = Uuid::from_u128(7);
    let payload = format!("{} weather {} work", Uuid::from_u128(1).simple(), id.simple());
    assert_eq!(read(Uuid::from_u128(2), &payload).unwrap(), heard([7], true));
    assert_eq!(read(Uuid::from_u128(2), "").unwrap(), Heard::default());
}
