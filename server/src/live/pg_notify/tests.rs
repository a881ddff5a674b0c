use super::*;

fn signals(ids: impl IntoIterator<Item = u128>, work: bool) -> PendingSignals {
    let ids: Vec<Uuid> = ids.into_iter().map(Uuid::from_u128).collect();
    let ended = ids.iter().copied().filter(|id| id.as_u128().is_multiple_of(2)).map(WorkspaceId).collect();
    PendingSignals { delegations: ids.into_iter().map(DelegationId).collect(), work, ended }
}

#[test]
fn payloads_are_short_enough_and_parsed_by_other_replicas_only() {
    let (me, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
    for sent in [signals([], true), signals([7], false), signals(0..1_000, true)] {
        let payloads = payloads(me, &sent);
        assert!(payloads.iter().all(|payload| payload.len() < 8_000));
        assert!(payloads.iter().all(|payload| parse(me, payload).is_none()), "its own notification");
        let mut all = PendingSignals::default();
        for payload in &payloads {
            let some = parse(other, payload).unwrap();
            all.delegations.extend(some.delegations);
            all.work |= some.work;
            all.ended.extend(some.ended);
        }
        assert_eq!(all, sent);
    }
}

#[test]
fn unknown_words_of_newer_versions_are_skipped() {
    let id = Uuid::from_u128(7);
    let payload = format!("{} weather {} work", Uuid::from_u128(1).simple(), id.simple());
    assert_eq!(parse(Uuid::from_u128(2), &payload).unwrap(), signals([7], true));
    assert_eq!(parse(Uuid::from_u128(2), "").unwrap(), PendingSignals::default());
}
