//! What text and headings does a piece of HTML hold?

use crate::score::{Reading, squeeze};
use scraper::{Html, Node};

/// Elements whose text nobody reads.
const UNREAD: [&str; 8] = [
    "script", "style", "noscript", "template", "svg", "math", "head", "iframe",
];
const HEADINGS: [&str; 6] = ["h1", "h2", "h3", "h4", "h5", "h6"];
/// Elements that do not part words.
const INLINE: [&str; 20] = [
    "a", "abbr", "b", "cite", "code", "del", "dfn", "em", "font", "i", "ins", "kbd", "mark", "q",
    "s", "small", "span", "strong", "sub", "sup",
];

/// What stands where one element ends and the next begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seams {
    /// A space, but for elements that stand in a line: as a person reads it.
    AsRead,
    /// A space at every tag: as the scorer of the shared pages reads their truth (`H<sub>2</sub>O` is three words).
    Spaced,
}

/// Reads HTML in the order of its text.
pub fn read(html: &str, seams: Seams) -> Reading {
    let html = Html::parse_fragment(html);
    let mut reading = Reading::default();
    let mut heading: Option<String> = None;
    for edge in html.tree.root().traverse() {
        let (node, opens) = match edge {
            ego_tree::iter::Edge::Open(node) => (node, true),
            ego_tree::iter::Edge::Close(node) => (node, false),
        };
        match node.value() {
            Node::Text(text) if opens => {
                let unread = node.ancestors().any(|above| {
                    above
                        .value()
                        .as_element()
                        .is_some_and(|element| UNREAD.contains(&element.name()))
                });
                if !unread {
                    reading.text.push_str(text);
                    if let Some(heading) = &mut heading {
                        heading.push_str(text);
                    }
                }
            }
            Node::Element(element) => {
                if HEADINGS.contains(&element.name()) {
                    if opens {
                        heading = Some(String::new());
                    } else if let Some(heading) = heading.take() {
                        reading.headings.push(squeeze(&heading));
                    }
                }
                if seams == Seams::Spaced || !INLINE.contains(&element.name()) {
                    reading.text.push(' ');
                    if let Some(heading) = &mut heading {
                        heading.push(' ');
                    }
                }
            }
            _ => {}
        }
    }
    reading.headings.retain(|heading| !heading.is_empty());
    reading
}
