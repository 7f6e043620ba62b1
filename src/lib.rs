//! `ibid` turns a folder of articles into a knowledge base that is searched by what a person would type.

pub mod analysis;
pub mod article;
pub mod engine;
pub mod error;
pub mod eval;
pub mod ingest;
pub mod passage;
pub mod query;
mod sentence;
