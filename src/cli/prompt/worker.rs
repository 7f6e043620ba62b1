//! Who searches while a person types? A thread of its own, which takes the newest question and leaves out older ones.

use crossbeam_channel::{Receiver, Sender, unbounded};
use ibid::report::SearchBody;
use ibid::{Error, ErrorKind, KnowledgeBase, Result, SearchOptions};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

/// How often it is looked whether there is a newer commit, at the most.
const REFRESH_AFTER: Duration = Duration::from_secs(1);

/// What is to be searched for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Request {
    /// Rises from request to request.
    pub(super) number: u64,
    pub(super) text: String,
    /// How many hits are in the list already.
    pub(super) follows: usize,
    /// How many hits to leave out before the first.
    pub(super) offset: usize,
}

/// What was found.
pub(super) struct Answer {
    /// The number of its request.
    pub(super) number: u64,
    pub(super) follows: usize,
    pub(super) result: Result<SearchBody>,
}

/// The way to the thread that searches, and back. The thread ends when this does.
pub(super) struct Worker {
    requests: Sender<Request>,
    pub(super) answers: Receiver<Answer>,
}

impl Worker {
    pub(super) fn start(library: Arc<KnowledgeBase>, options: SearchOptions) -> Result<Self> {
        let (requests, questions) = unbounded();
        let (replies, answers) = unbounded();
        thread::Builder::new()
            .name("search".to_owned())
            .spawn(move || work(&library, options, &questions, &replies))
            .map_err(|error| {
                Error::with_cause(
                    ErrorKind::Io,
                    "cannot start the thread that searches",
                    error,
                )
            })?;
        Ok(Self { requests, answers })
    }

    pub(super) fn ask(&self, request: Request) {
        // Where the thread is gone, its answers end too, and whoever waits for them finds that out.
        let _seen_at_the_answers = self.requests.send(request);
    }
}

fn work(
    library: &KnowledgeBase,
    mut options: SearchOptions,
    questions: &Receiver<Request>,
    replies: &Sender<Answer>,
) {
    let mut refreshed = Instant::now();
    while let Ok(first) = questions.recv() {
        let request = questions.try_iter().last().unwrap_or(first);
        // The pages of one list are all of one commit.
        if request.follows == 0 && refreshed.elapsed() > REFRESH_AFTER {
            // Where that fails, what was open before is searched on.
            let _kept = library.refresh();
            refreshed = Instant::now();
        }
        options.offset = request.offset;
        let answer = Answer {
            number: request.number,
            follows: request.follows,
            result: library.answer(&request.text, &options),
        };
        if replies.send(answer).is_err() {
            return;
        }
    }
}
