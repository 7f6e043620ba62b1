//! The readers of web pages that are compared, each run as it comes.
//!
//! - `ibid`: the text of the sections, each under its heading.
//! - `dom_smoothie`: its defaults; the text and h1 to h6 of its content's HTML.
//! - `rs-trafilatura`: its defaults; its text, and h1 to h6 of its HTML where it gives any.
//! - `trafilatura`: with its fallback, favouring precision; the text and h1 to h6 of its content's HTML.
//!
//! For `rs-trafilatura` its own text scores higher than that of its HTML, for `trafilatura` they score the same. The HTML of
//! all is read by the same code. Comments that an extractor lists apart are not counted.

use crate::markup::{self, Seams};
use crate::score::Reading;
use trafilatura::ExtractionFocus;

/// One way to read a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extractor {
    /// This project.
    Ibid,
    /// A port of Readability.
    DomSmoothie,
    /// A port of Trafilatura that tells sorts of page apart.
    RsTrafilatura,
    /// A port of Trafilatura's Go port.
    Trafilatura,
}

/// What an extractor returned, before text and headings are taken from it.
#[derive(Debug, Default)]
pub struct Output {
    text: Option<String>,
    html: Option<String>,
    reading: Option<Reading>,
}

impl Extractor {
    /// In the order of the table.
    pub const ALL: [Self; 4] = [
        Self::Ibid,
        Self::DomSmoothie,
        Self::RsTrafilatura,
        Self::Trafilatura,
    ];

    /// As the table calls it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ibid => "ibid",
            Self::DomSmoothie => "dom_smoothie 0.19",
            Self::RsTrafilatura => "rs-trafilatura 0.2",
            Self::Trafilatura => "trafilatura 0.6, precision",
        }
    }

    /// Reads one page; what cannot be read gives nothing.
    pub fn run(self, html: &str) -> Output {
        match self {
            Self::Ibid => {
                let parsed = ibid::ingest::html::parse(html);
                let mut reading = Reading::default();
                for section in &parsed.sections {
                    if let Some(heading) = section.heading() {
                        reading.headings.push(heading.to_owned());
                        reading.text.push_str(heading);
                        reading.text.push('\n');
                    }
                    reading.text.push_str(&section.text());
                    reading.text.push('\n');
                }
                Output {
                    reading: Some(reading),
                    ..Output::default()
                }
            }
            Self::DomSmoothie => Output {
                html: dom_smoothie::Readability::new(html, None, None)
                    .and_then(|mut page| page.parse())
                    .ok()
                    .map(|article| article.content.to_string()),
                ..Output::default()
            },
            Self::RsTrafilatura => match rs_trafilatura::extract(html) {
                Ok(result) => Output {
                    text: Some(result.content_text),
                    html: result.content_html,
                    ..Output::default()
                },
                Err(_) => Output::default(),
            },
            Self::Trafilatura => {
                let options = trafilatura::Options::default()
                    .with_fallback(true)
                    .with_focus(ExtractionFocus::FavorPrecision);
                Output {
                    html: trafilatura::extract(html, &options)
                        .ok()
                        .map(|result| result.content_html),
                    ..Output::default()
                }
            }
        }
    }
}

impl Output {
    /// Its text and headings.
    pub fn reading(self, seams: Seams) -> Reading {
        if let Some(reading) = self.reading {
            return reading;
        }
        let mut reading = self
            .html
            .as_deref()
            .map(|html| markup::read(html, seams))
            .unwrap_or_default();
        if let Some(text) = self.text {
            reading.text = text;
        }
        reading
    }
}
