//! `ibid` turns a folder of articles into a knowledge base that is searched by what a person would type.

pub mod article;
pub mod error;
pub mod ingest;
