//! How does a request get its answer? In a thread of its own, of the state that is indexed now, and no more than so many at once.

use super::ServeOptions;
use super::log::Log;
use super::problem::Problem;
use crate::engine::Mark;
use crate::error::Result;
use crate::report::SearchBody;
use crate::{Following, KnowledgeBase};
use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::time::timeout;

/// What all requests share.
pub(crate) struct App {
    following: Following,
    pub(super) options: ServeOptions,
    pub(super) log: Log,
    /// One for each question that may be worked on at once.
    slots: Arc<Semaphore>,
    waiting: AtomicUsize,
}

/// The bytes of a document that answers what was asked.
pub(super) struct Answer {
    bytes: Vec<u8>,
    /// Whether it holds for as long as the index does not change.
    is_lasting: bool,
}

impl Answer {
    /// A document that follows from the index and from the request alone.
    pub(super) fn lasting(bytes: Vec<u8>) -> Self {
        let is_lasting = true;
        Self { bytes, is_lasting }
    }

    /// The document of a search, which is to be asked for again where a part of the index did not answer.
    pub(super) fn of_search(bytes: Vec<u8>, body: &SearchBody) -> Self {
        let is_lasting = body.partial.is_none();
        Self { bytes, is_lasting }
    }
}

impl App {
    pub(crate) fn new(following: Following, options: ServeOptions, log: Log) -> Self {
        Self {
            following,
            slots: Arc::new(Semaphore::new(options.searches_at_once.max(1))),
            options,
            log,
            waiting: AtomicUsize::new(0),
        }
    }

    /// The knowledge base as it was opened last, at once.
    pub(super) fn last(&self) -> Arc<KnowledgeBase> {
        self.following.last()
    }

    /// The knowledge base as it is now.
    pub(super) fn library(&self) -> Arc<KnowledgeBase> {
        self.following.now(|error| {
            self.log.note(format!(
                "the index cannot be opened, and is searched as it was: {error}"
            ));
        })
    }

    /// Has a question answered in a thread in which it may take its time.
    ///
    /// # Errors
    /// Where too many are asked at once, where it takes too long, and what the question itself fails with.
    pub(crate) async fn ask<T: Send + 'static>(
        self: &Arc<Self>,
        question: impl FnOnce(&KnowledgeBase) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let limit = self.options.timeout;
        let too_long = |_| {
            Problem::busy(format!(
                "no answer was found within {} s",
                limit.as_secs_f32()
            ))
        };
        let answer = async {
            let slot = self.slot().await?;
            let app = Arc::clone(self);
            let work = tokio::task::spawn_blocking(move || {
                let answer = question(&app.library());
                if let Err(Problem {
                    note: Some(note), ..
                }) = &answer
                {
                    app.log.note(note);
                }
                // Held for as long as the work goes on, whether anybody still waits for it or not.
                drop(slot);
                answer
            });
            work.await.unwrap_or_else(|_| {
                self.log
                    .note("a question ended because of a defect in ibid");
                Err(Problem::new(
                    StatusCode::INTERNAL_SERVER_ERROR,
                    "this could not be answered because of a defect in ibid; please report it",
                ))
            })
        };
        timeout(limit, answer)
            .await
            .unwrap_or_else(|late| Err(too_long(late)))
    }

    async fn slot(&self) -> Result<tokio::sync::OwnedSemaphorePermit, Problem> {
        let gone = |_| Problem::busy("the server is stopping");
        if let Ok(slot) = Arc::clone(&self.slots).try_acquire_owned() {
            return Ok(slot);
        }
        let _waiting = Waiting::begin(&self.waiting);
        if self.waiting.load(Ordering::Relaxed) > self.options.waiting_at_most {
            return Err(Problem::busy("too many questions are asked at once"));
        }
        Arc::clone(&self.slots).acquire_owned().await.map_err(gone)
    }

    /// Answers with a document; who has it already, where it follows from the index and from the request alone, is only told so.
    pub(super) async fn document(
        self: &Arc<Self>,
        uri: &Uri,
        headers: &HeaderMap,
        content_type: &'static str,
        question: impl FnOnce(&KnowledgeBase) -> Result<Answer, Problem> + Send + 'static,
    ) -> Result<Response, Problem> {
        let known = headers.get(header::IF_NONE_MATCH).cloned();
        let address = uri.to_string();
        let (tag, answer) = self
            .ask(move |library| {
                let tag = entity_tag(library.commit().generation, library.mark(), &address);
                if known.is_some_and(|known| has_tag(&known, &tag)) {
                    return Ok((tag, None));
                }
                question(library).map(|answer| (tag, Some(answer)))
            })
            .await?;
        let is_lasting = answer.as_ref().is_none_or(|answer| answer.is_lasting);
        let mut response = match answer {
            None => StatusCode::NOT_MODIFIED.into_response(),
            Some(answer) => {
                let mut response = Response::new(Body::from(answer.bytes));
                let content_type = HeaderValue::from_static(content_type);
                response
                    .headers_mut()
                    .insert(header::CONTENT_TYPE, content_type);
                response
            }
        };
        let headers = response.headers_mut();
        if !is_lasting {
            headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
            return Ok(response);
        }
        if let Ok(tag) = HeaderValue::from_str(&tag) {
            headers.insert(header::ETAG, tag);
        }
        // It may be kept, but has to be asked for again; and nobody between may keep it.
        let kept = HeaderValue::from_static("private, no-cache");
        headers.insert(header::CACHE_CONTROL, kept);
        Ok(response)
    }
}

/// One that waits, for as long as this is held.
struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    fn begin(count: &'a AtomicUsize) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(count)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// The entity tag of what is at an address in a state of the index: its generation, and what tells it from another index of that
/// generation and from what is at other addresses. So only who was answered there has it. Weak, because the bytes on the wire may be
/// compressed.
fn entity_tag(generation: u64, mark: Mark, address: &str) -> String {
    let mark = mark.with(address.as_bytes()).to_hex();
    let version = env!("CARGO_PKG_VERSION");
    format!("W/\"{generation}-{}-{version}\"", &mark[..16])
}

/// Whether an `If-None-Match` names `tag` (RFC 9110, 13.1.2: weak comparison). `*` is for those who would change something.
fn has_tag(known: &HeaderValue, tag: &str) -> bool {
    let strong = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    known
        .to_str()
        .is_ok_and(|known| known.split(',').any(|known| strong(known) == strong(tag)))
}

/// After how long a question is given up, unless something else is said.
pub(super) const TIMEOUT: Duration = Duration::from_secs(30);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SearchOptions;
    use crate::knowledge_base::tests::answering_in_part;
    use crate::serve::Requests;
    use std::sync::Mutex;

    #[test]
    fn the_answer_of_a_part_of_the_index_is_not_to_be_kept() {
        let (_folder, library) = answering_in_part();
        let library = Mutex::new(Some(library));
        let open = move || Ok(library.lock().expect("held").take().expect("opened once"));
        let following = Following::new(open).expect("opened");
        let (log, _written) = Log::new(|_| {}, |_| {}, Requests::Off);
        let app = Arc::new(App::new(following, ServeOptions::default(), log));
        let question = |library: &KnowledgeBase| {
            let body = library.answer("calf", &SearchOptions::default())?;
            Ok(Answer::of_search(b"document".to_vec(), &body))
        };
        let (uri, headers) = (Uri::from_static("/api/search?q=calf"), HeaderMap::new());
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        let response = runtime.block_on(app.document(&uri, &headers, "text/plain", question));
        let headers = response.expect("answered").headers().clone();
        assert_eq!(headers.get(header::ETAG), None);
        assert_eq!(headers[header::CACHE_CONTROL], "no-store");
    }

    #[test]
    fn an_entity_tag_is_found_among_those_a_client_has() {
        let tag = entity_tag(7, Mark::of(b"a"), "/");
        let known = |text: &str| HeaderValue::from_str(text).expect("a header");
        assert!(has_tag(&known(&tag), &tag));
        assert!(has_tag(&known(&format!("\"x\", {tag}")), &tag));
        assert!(has_tag(&known(tag.trim_start_matches("W/")), &tag));
        assert!(!has_tag(&known("\"x\""), &tag));
        assert_ne!(tag, entity_tag(7, Mark::of(b"b"), "/"));
        assert_ne!(tag, entity_tag(8, Mark::of(b"a"), "/"));
        assert_ne!(tag, entity_tag(7, Mark::of(b"a"), "/?q=x"));
    }
}
