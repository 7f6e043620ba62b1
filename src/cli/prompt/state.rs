//! What does a key change, and what an answer? Everything the prompt knows, without a terminal and without an index.

use super::edit::EditLine;
use super::frame;
use super::keys::Key;
use super::list;
use super::worker::{Answer, Request};
use ibid::Error;
use ibid::report::{HitReport, SearchBody};

/// The size of the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Size {
    pub(super) width: usize,
    pub(super) height: usize,
}

/// Whether the prompt goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    GoOn,
    Leave,
}

/// What was found so far for what is typed.
#[derive(Debug)]
pub(super) struct Found {
    /// The answer to the first page; its hits are moved to `hits`.
    pub(super) body: SearchBody,
    pub(super) hits: Vec<HitReport>,
    /// Whether there are no more than these.
    is_all: bool,
}

/// Everything the prompt knows.
#[derive(Debug)]
pub(super) struct State {
    pub(super) size: Size,
    pub(super) line: EditLine,
    pub(super) found: Option<Found>,
    /// Why the last search gave nothing.
    pub(super) error: Option<String>,
    pub(super) selected: usize,
    /// The first hit that shows.
    pub(super) top: usize,
    /// How far the passage that is read is scrolled; `None` where the list shows.
    pub(super) reading: Option<usize>,
    /// What there is to search, for whoever has typed nothing yet.
    pub(super) greeting: String,
    /// How many hits are left out before the first, and how many are fetched at once.
    offset: usize,
    page: usize,
    /// The number of the last request; only its answer counts.
    latest: u64,
    /// The request that nobody has taken yet.
    request: Option<Request>,
    /// How many hits the answer that is to come goes on from; `None` where none is to come.
    awaited: Option<usize>,
    /// Enter was pressed before the answer came.
    opens_first: bool,
}

impl State {
    pub(super) fn new(size: Size, greeting: String, offset: usize, page: usize) -> Self {
        Self {
            size,
            line: EditLine::default(),
            found: None,
            error: None,
            selected: 0,
            top: 0,
            reading: None,
            greeting,
            offset,
            page,
            latest: 0,
            request: None,
            awaited: None,
            opens_first: false,
        }
    }

    /// What is to be searched for now, once for each change.
    pub(super) fn take_request(&mut self) -> Option<Request> {
        self.request.take()
    }

    /// A key was pressed.
    pub(super) fn press(&mut self, key: Key) -> Step {
        self.opens_first = false;
        if key == Key::Quit {
            return Step::Leave;
        }
        let step = if self.reading.is_some() {
            self.press_in_passage(&key);
            Step::GoOn
        } else {
            self.press_in_list(key)
        };
        self.settle();
        step
    }

    /// An answer came; one to an older question is dropped.
    pub(super) fn answer(&mut self, answer: Answer) {
        if answer.number != self.latest {
            return;
        }
        self.awaited = None;
        match answer.result {
            Ok(body) => self.take_in(body, answer.follows),
            Err(error) => self.fail(&error, answer.follows),
        }
        self.settle();
    }

    /// The terminal has another size.
    pub(super) fn resize(&mut self, size: Size) {
        if self.size != size {
            self.size = size;
            self.settle();
        }
    }

    /// Whether what is typed is still being searched for.
    pub(super) fn is_searching(&self) -> bool {
        self.awaited == Some(0)
    }

    /// The hit that is selected.
    pub(super) fn hit(&self) -> Option<&HitReport> {
        self.found.as_ref()?.hits.get(self.selected)
    }

    fn press_in_list(&mut self, key: Key) -> Step {
        match key {
            Key::Escape if self.line.is_empty() => return Step::Leave,
            Key::Escape => self.edit(EditLine::clear),
            Key::Text(text) => self.edit(|line| line.insert(&text)),
            Key::EraseBefore => self.edit(EditLine::erase_before),
            Key::EraseBehind => self.edit(EditLine::erase_behind),
            Key::EraseWord => self.edit(EditLine::erase_word),
            Key::EraseToStart => self.edit(EditLine::erase_to_start),
            Key::EraseToEnd => self.edit(EditLine::erase_to_end),
            Key::Left => self.line.left(),
            Key::Right => self.line.right(),
            Key::Home => self.line.home(),
            Key::End => self.line.end(),
            Key::Up => self.select(self.selected.saturating_sub(1)),
            Key::Down => self.select(self.selected + 1),
            Key::PageUp => self.select(self.selected.saturating_sub(self.whole())),
            Key::PageDown => self.select(self.selected + self.whole()),
            Key::First => self.select(0),
            Key::Last => self.select(usize::MAX),
            Key::Enter => self.open(),
            Key::Quit => return Step::Leave,
        }
        Step::GoOn
    }

    fn press_in_passage(&mut self, key: &Key) {
        let Some(scroll) = self.reading else { return };
        let page = frame::passage_height(self.size).max(1);
        self.reading = match key {
            Key::Escape | Key::Left => None,
            Key::Text(text) if text == "q" => None,
            Key::Up => Some(scroll.saturating_sub(1)),
            Key::Down | Key::Enter => Some(scroll + 1),
            Key::PageUp => Some(scroll.saturating_sub(page)),
            Key::PageDown => Some(scroll + page),
            Key::Text(text) if text == " " => Some(scroll + page),
            Key::Home | Key::First => Some(0),
            Key::End | Key::Last => Some(usize::MAX),
            _ => Some(scroll),
        };
    }

    /// Changes the line, and asks anew where that changed what is searched for.
    fn edit(&mut self, change: impl FnOnce(&mut EditLine)) {
        let before = self.line.text().trim().to_owned();
        change(&mut self.line);
        let text = self.line.text().trim();
        if text == before {
            return;
        }
        if text.is_empty() {
            // Whatever is still being searched for is not wanted any more.
            self.latest += 1;
            self.awaited = None;
            self.request = None;
            self.found = None;
            self.error = None;
            self.selected = 0;
            return;
        }
        self.ask(0);
    }

    /// Asks for the page after the first `follows` hits.
    fn ask(&mut self, follows: usize) {
        self.latest += 1;
        self.awaited = Some(follows);
        self.request = Some(Request {
            number: self.latest,
            text: self.line.text().trim().to_owned(),
            follows,
            offset: self.offset + follows,
        });
    }

    fn open(&mut self) {
        // The answer to what was typed last is on its way, and the first of it is meant.
        if self.is_searching() {
            self.opens_first = true;
        } else if self.hit().is_some() {
            self.reading = Some(0);
        }
    }

    fn take_in(&mut self, mut body: SearchBody, follows: usize) {
        self.error = None;
        let hits = std::mem::take(&mut body.hits);
        let is_all = hits.len() < self.page;
        match &mut self.found {
            Some(found) if follows > 0 => {
                found.hits.extend(hits);
                found.is_all = is_all;
            }
            _ => {
                self.found = Some(Found { body, hits, is_all });
                self.selected = 0;
                self.top = 0;
            }
        }
        if std::mem::take(&mut self.opens_first) && self.hit().is_some() {
            self.reading = Some(0);
        }
    }

    fn fail(&mut self, error: &Error, follows: usize) {
        self.error = Some(error.to_string());
        match &mut self.found {
            // What is there still holds; what follows is not asked for at every key again.
            Some(found) if follows > 0 => found.is_all = true,
            found => *found = None,
        }
    }

    /// Moves to a hit, or to the last that is there.
    fn select(&mut self, wanted: usize) {
        let hits = self.hits().len();
        self.selected = wanted.min(hits.saturating_sub(1));
    }

    fn hits(&self) -> &[HitReport] {
        self.found.as_ref().map_or(&[], |found| &found.hits)
    }

    /// How many hits the list shows as a whole.
    fn whole(&self) -> usize {
        list::whole_from(self.hits(), self.top, frame::room(self))
    }

    /// Brings what shows in step with what is selected and with the size, and fetches more where the end comes into sight.
    fn settle(&mut self) {
        if let Some(scroll) = self.reading {
            self.reading = self.hit().map(|_| scroll.min(frame::furthest(self)));
        }
        self.top = match self.hits().is_empty() {
            true => 0,
            false => list::top_for(self.hits(), self.selected, self.top, frame::room(self)),
        };
        let seen = self.selected.max(self.top).saturating_add(self.whole());
        let shown = self.hits().len();
        let has_more = self.found.as_ref().is_some_and(|found| !found.is_all);
        if has_more && seen >= shown && self.awaited.is_none() {
            self.ask(shown);
        }
    }
}
