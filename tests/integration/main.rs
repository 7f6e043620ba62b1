//! The one integration binary: what the command and the library promise, each module a side of it.
#![allow(clippy::unwrap_used, unreachable_pub)]

mod bad_input;
mod batches;
mod citations;
mod claims;
mod conformance;
mod documents;
mod example;
mod export;
mod extraction_score;
mod golden;
mod health;
mod ids;
mod in_step;
mod json_lines;
mod manual;
#[cfg(feature = "serve")]
mod mcp;
mod names;
mod order;
mod pages;
mod parse;
mod places;
#[cfg(all(unix, feature = "prompt"))]
mod prompt;
mod queries;
mod ranking;
mod readme;
mod repeated;
mod restricted;
#[cfg(feature = "serve")]
mod same_answers;
mod samples;
mod saved_pages;
#[cfg(feature = "serve")]
mod serve;
#[cfg(feature = "serve")]
mod server;
mod spelling;
mod streams;
mod support;
mod terminal;
mod updates;
mod vocabulary;
#[cfg(feature = "watch")]
mod watch;
