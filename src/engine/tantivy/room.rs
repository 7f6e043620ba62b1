//! How much may wait for tantivy's threads? Its queue counts articles, and ten thousand of them may be of any size.

use std::sync::{Arc, Condvar, Mutex, PoisonError};

/// Room in memory for what waits.
pub(super) struct Room {
    most: usize,
    taken: Mutex<usize>,
    given_back: Condvar,
}

/// A part of the room, given back when this is gone.
pub(super) struct Taken {
    room: Arc<Room>,
    bytes: usize,
}

impl Room {
    /// Room for so many bytes.
    pub(super) fn new(most: usize) -> Arc<Self> {
        Arc::new(Self {
            most,
            taken: Mutex::new(0),
            given_back: Condvar::new(),
        })
    }

    /// Waits until there is room for so many bytes, or nothing else waits.
    pub(super) fn take(self: &Arc<Self>, bytes: usize) -> Taken {
        let taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let is_full = |taken: &mut usize| *taken > 0 && *taken + bytes > self.most;
        let mut taken = self
            .given_back
            .wait_while(taken, is_full)
            .unwrap_or_else(PoisonError::into_inner);
        *taken += bytes;
        Taken {
            room: Arc::clone(self),
            bytes,
        }
    }
}

impl Drop for Taken {
    fn drop(&mut self) {
        let mut taken = self
            .room
            .taken
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        *taken -= self.bytes;
        drop(taken);
        self.room.given_back.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc;
    use std::time::Duration;

    #[test]
    fn who_finds_no_room_waits_until_some_is_given_back() {
        let room = Room::new(10);
        let first = room.take(6);
        let second = room.take(4);
        let (sender, receiver) = mpsc::channel();
        std::thread::scope(|scope| {
            scope.spawn(|| {
                let _third = room.take(5);
                sender.send(()).expect("somebody waits");
            });
            assert!(receiver.recv_timeout(Duration::from_millis(20)).is_err());
            drop(second);
            assert!(receiver.recv_timeout(Duration::from_millis(20)).is_err());
            drop(first);
            receiver.recv().expect("there was room");
        });
    }

    #[test]
    fn what_is_larger_than_the_room_is_let_in_alone() {
        let room = Room::new(10);
        drop(room.take(100));
        assert_eq!(*room.taken.lock().expect("no panic"), 0);
    }
}
