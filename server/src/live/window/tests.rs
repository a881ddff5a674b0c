use super::*;
use crate::store::LogEvent;

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

/// Where the frames from a place end.
fn follow(window: &mut Window, place: i64) -> Vec<i64> {
    let (mut place, mut ends) = (Seq(place), Vec::new());
    while let Some(frame) = window.frame_after(place) {
        place = frame.seq;
        ends.push(place.0);
    }
    ends
}

#[test]
fn streams_at_the_same_place_share_the_bytes() {
    let mut window = Window::new(Seq(10));
    window.push(events(11..=700, 4));
    let (first, second) = (window.frame_after(Seq(10)).unwrap(), window.frame_after(Seq(10)).unwrap());
    assert_eq!(first.bytes.as_ptr(), second.bytes.as_ptr());
    assert_eq!(follow(&mut window, 10), [510, 700]);
    assert_eq!(follow(&mut window, 699), [700]);
    // Nothing newer, never there, no more there: the log knows.
    for place in [700, 701, 9_999, 9, 0] {
        assert!(window.frame_after(Seq(place)).is_none(), "{place}");
    }
}

#[test]
fn it_is_bounded_in_number_and_bytes() {
    let mut window = Window::new(Seq(0));
    for n in 0..10 {
        window.push(events(n * 1_000 + 1..=(n + 1) * 1_000, 100));
        follow(&mut window, n * 1_000);
        let (events, bytes, frames) = window.size();
        assert!(events <= MOST_EVENTS && bytes <= MOST_BYTES && frames <= MOST_FRAMES);
    }
    assert_eq!(window.size().0, MOST_EVENTS);
    assert_eq!(
        (follow(&mut window, 8_000).last(), window.frame_after(Seq(7_999)).is_none()),
        (Some(&10_000), true)
    );
    window.push(events(10_001..=10_100, 60_000));
    let (events, bytes, _) = window.size();
    assert!(events == 17 && bytes <= MOST_BYTES, "{events} {bytes}");
}

#[test]
fn what_is_old_goes() {
    let mut window = Window::new(Seq(0));
    window.push(events(1..=100, 10));
    follow(&mut window, 0);
    window.forget_before(41);
    assert_eq!(window.size(), (60, 600, 0));
    assert!(window.frame_after(Seq(39)).is_none());
    assert_eq!(follow(&mut window, 40), [100]);
    window.forget_before(1_000);
    assert_eq!((window.end(), window.size().0), (Seq(100), 0));
    window.push(events(101..=101, 10));
    assert_eq!(follow(&mut window, 100), [101]);
}
