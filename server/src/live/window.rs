//! The newest events of one log, kept for all its streams, and the frames that were made of them.

use std::collections::VecDeque;

use domain::ids::{Millis, Seq};

use super::frame::{Entry, Frame};

const MOST_EVENTS: usize = 2_000;
/// A row of a mailbox is about 350 bytes.
const MOST_BYTES: usize = 1 << 20;
const MOST_FRAMES: usize = 16;

/// Everything after `start`, without a gap, as far as it was read.
#[derive(Debug)]
pub(super) struct Window {
    start: Seq,
    events: VecDeque<Entry>,
    bytes: usize,
    /// Streams tend to be at the same place: whoever is there first makes the frame.
    frames: VecDeque<Frame>,
}

impl Window {
    pub(super) fn new(start: Seq) -> Self {
        Self { start, events: VecDeque::new(), bytes: 0, frames: VecDeque::new() }
    }

    /// How far it goes.
    pub(super) fn end(&self) -> Seq {
        self.events.back().map_or(self.start, |event| event.seq)
    }

    pub(super) fn push(&mut self, events: impl IntoIterator<Item = Entry>) {
        for event in events {
            debug_assert_eq!(event.seq.0, self.end().0 + 1, "a gap in the log");
            self.bytes += event.json.len();
            self.events.push_back(event);
            while self.events.len() > MOST_EVENTS || self.bytes > MOST_BYTES {
                self.forget_one();
            }
        }
    }

    /// What is older than this is read again from the log by whoever needs it.
    pub(super) fn forget_before(&mut self, time: Millis) {
        while self.events.front().is_some_and(|event| event.created_at < time) {
            self.forget_one();
        }
        let start = self.start;
        self.frames.retain(|frame| frame.after >= start);
    }

    fn forget_one(&mut self) {
        if let Some(event) = self.events.pop_front() {
            self.bytes -= event.json.len();
            self.start = event.seq;
        }
    }

    /// The frame after a place. `None` when there is nothing after it, or when the place is before the window.
    pub(super) fn frame_after(&mut self, place: Seq) -> Option<Frame> {
        if let Some(frame) = self.frames.iter().find(|frame| frame.after == place) {
            return Some(frame.clone());
        }
        let skip = usize::try_from(place.0 - self.start.0).ok()?;
        let frame = Frame::of(place, self.events.range(skip.min(self.events.len())..))?;
        self.keep(frame.clone());
        Some(frame)
    }

    pub(super) fn keep(&mut self, frame: Frame) {
        if self.frames.len() == MOST_FRAMES {
            self.frames.pop_front();
        }
        self.frames.push_back(frame);
    }

    #[cfg(test)]
    pub(super) fn size(&self) -> (usize, usize, usize) {
        (self.events.len(), self.bytes, self.frames.len())
    }
}

#[cfg(test)]
mod tests;
