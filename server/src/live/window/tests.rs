use super::*;
use store::LogEvent;

fn events(numbers: std::ops::RangeInclusive<i64>, bytes: usize) -> Vec<Entry> {
    numbers
        .map(|n| LogEvent {
            seq: Seq(n),
            kind: "weather".to_owned(),
            mailbox: None,
            payload: format!("{:1$}", n, bytes),
            created_at: n,
        })
        .map(Entry::from)
        .collect()
}

/// The sequence numbers at which the frames from a position end.
fn follow(window: &mut Window, position: i64) -> Vec<i64> {
    let (mut position, mut ends) = (Seq(position), Vec::new());
    while let Some(frame) = window.frame_after(position) {
        position = frame.seq;
        ends.push(position.0);
    }
    ends
}

#[test]
fn streams_at_the_same_position_share_the_bytes() {
    let mut window = Window::new(Seq(10));
    window.push(events(11..=700, 4));
    let (first, second) = (window.frame_after(Seq(10)).unwrap(), window.frame_after(Seq(10)).unwrap());
    assert_eq!(first.bytes.as_ptr(), second.bytes.as_ptr());
    assert_eq!(follow(&mut window, 10), [510, 700]);
    assert_eq!(follow(&mut window, 699), [700]);
    // Nothing newer, beyond the log, or dropped from the window: the stream reads the log.
    for position in [700, 701, 9_999, 9, 0] {
        assert!(window.frame_after(Seq(position)).is_none(), "{position}");
    }
}

#[test]
fn window_is_bounded_in_number_and_bytes() {
    let mut window = Window::new(Seq(0));
    for n in 0..10 {
        window.push(events(n * 1_000 + 1..=(n + 1) * 1_000, 100));
        follow(&mut window, n * 1_000);
        let (events, bytes, frames) = window.size();
        assert!(events <= MAX_EVENTS && bytes <= MAX_BYTES && frames <= MAX_FRAMES);
    }
    assert_eq!(window.size().0, MAX_EVENTS);
    assert_eq!(
        (follow(&mut window, 8_000).last(), window.frame_after(Seq(7_999)).is_none()),
        (Some(&10_000), true)
    );
    window.push(events(10_001..=10_100, 60_000));
    let (events, bytes, _) = window.size();
    assert!(events == 17 && bytes <= MAX_BYTES, "{events} {bytes}");
}

#[test]
fn old_events_are_dropped() {
    let mut window = Window::new(Seq(0));
    window.push(events(1..=100, 10));
    follow(&mut window, 0);
    window.prune_before(41);
    assert_eq!(window.size(), (60, 600, 0));
    assert!(window.frame_after(Seq(39)).is_none());
    assert_eq!(follow(&mut window, 40), [100]);
    window.prune_before(1_000);
    assert_eq!((window.end(), window.size().0), (Seq(100), 0));
    window.push(events(101..=101, 10));
    assert_eq!(follow(&mut window, 100), [101]);
}
