//! The newest events of one log, in memory for all its streams, and the frames built from them.

use std::collections::VecDeque;

use domain::ids::{Millis, Seq};

use super::frame::{Entry, Frame};

const MAX_EVENTS: usize = 2_000;
/// A row of a mailbox is about 350 bytes.
const MAX_BYTES: usize = 1 << 20;
const MAX_FRAMES: usize = 16;

/// All events after `start` that have been read, without a gap.
#[derive(Debug)]
pub(super) struct Window {
    start: Seq,
    events: VecDeque<Entry>,
    bytes: usize,
    /// Frames for reuse: streams tend to be at the same position.
    frames: VecDeque<Frame>,
}

impl Window {
    pub(super) fn new(start: Seq) -> Self {
        Self { start, events: VecDeque::new(), bytes: 0, frames: VecDeque::new() }
    }

    /// The sequence number of the newest event.
    pub(super) fn end(&self) -> Seq {
        self.events.back().map_or(self.start, |event| event.seq)
    }

    pub(super) fn push(&mut self, events: impl IntoIterator<Item = Entry>) {
        for event in events {
            debug_assert_eq!(event.seq.0, self.end().0 + 1, "a gap in the log");
            self.bytes += event.json.len();
            self.events.push_back(event);
            while self.events.len() > MAX_EVENTS || self.bytes > MAX_BYTES {
                self.drop_oldest();
            }
        }
    }

    /// Drops events from before `time`; streams that need them read the log.
    pub(super) fn prune_before(&mut self, time: Millis) {
        while self.events.front().is_some_and(|event| event.created_at < time) {
            self.drop_oldest();
        }
        let start = self.start;
        self.frames.retain(|frame| frame.after >= start);
    }

    fn drop_oldest(&mut self) {
        if let Some(event) = self.events.pop_front() {
            self.bytes -= event.json.len();
            self.start = event.seq;
        }
    }

    /// The frame after a position. `None` when there is nothing after it, or when it is before the window.
    pub(super) fn frame_after(&mut self, position: Seq) -> Option<Frame> {
        if let Some(frame) = self.frames.iter().find(|frame| frame.after == position) {
            return Some(frame.clone());
        }
        let skip = usize::try_from(position.0 - self.start.0).ok()?;
        let frame = Frame::of(position, self.events.range(skip.min(self.events.len())..))?;
        self.keep(frame.clone());
        Some(frame)
    }

    pub(super) fn keep(&mut self, frame: Frame) {
        if self.frames.len() == MAX_FRAMES {
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
