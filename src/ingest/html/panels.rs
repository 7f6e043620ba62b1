//! Which hidden parts of a page does a button open, so that they are text all the same?
//!
//! Questions that unfold are hidden in the source (`hidden`, `display: none`, `aria-hidden`) until a script runs, and the
//! button that opens one is the heading of what it opens. Menus, search boxes and lists of sources are opened by buttons
//! too; they differ in what is inside, and in that their buttons stand alone.

use super::dom::{attr, offset};
use scraper::{ElementRef, Html};
use std::collections::{HashMap, HashSet};

/// What opens and what is opened on a page, each by the offset of its start tag.
#[derive(Debug, Default)]
pub(super) struct Panels {
    /// Buttons that are the heading of a panel.
    headings: HashSet<usize>,
    /// Panels with text.
    opened: HashSet<usize>,
}

/// A button and the panel that it opens.
struct Pair<'a> {
    button: ElementRef<'a>,
    panel: ElementRef<'a>,
}

/// More buttons are no questions; each costs a look at its panel.
const MOST_BUTTONS: usize = 500;

/// How much of a panel is looked at to tell text from a menu.
const LOOKED_AT: usize = 2_000;

/// How many elements may be between a button and what holds its panel as well.
const NEAR: usize = 4;

impl Panels {
    /// Pairs the buttons of a page with their panels. `source` is what the page was parsed from.
    pub(super) fn of(html: &Html, source: &str) -> Self {
        // Most pages have none; looking for the word costs less than a walk.
        if !source.contains("aria-expanded") && !source.contains("aria-controls") {
            return Self::default();
        }
        let mut by_id: HashMap<&str, ElementRef<'_>> = HashMap::new();
        let mut buttons = Vec::new();
        for element in html.tree.nodes().filter_map(ElementRef::wrap) {
            if let Some(id) = attr(element.value(), "id") {
                by_id.entry(id).or_insert(element);
            }
            if is_button(element) && buttons.len() < MOST_BUTTONS {
                buttons.push(element);
            }
        }
        let pairs: Vec<Pair<'_>> = buttons
            .into_iter()
            .filter_map(|button| {
                let panel = panel_of(button, &by_id)?;
                (is_text(panel) && !leads_through_site(button)).then_some(Pair { button, panel })
            })
            .collect();
        let mut alike: HashMap<(&str, &str), usize> = HashMap::new();
        for pair in &pairs {
            *alike.entry(kind(pair.button)).or_default() += 1;
        }
        let mut panels = Self::default();
        for pair in &pairs {
            // A button that stands alone shows more of what is there, or the sources; several in a row are questions.
            if !heads(pair.button) && alike.get(&kind(pair.button)).is_none_or(|times| *times < 2) {
                continue;
            }
            panels.opened.extend(offset(pair.panel.value()));
            if attr(pair.button.value(), "role") != Some("tab") && !in_heading(pair.button) {
                panels.headings.extend(offset(pair.button.value()));
            }
        }
        panels
    }

    /// Whether the element at `offset` is hidden only until it is opened.
    pub(super) fn opens(&self, offset: Option<usize>) -> bool {
        offset.is_some_and(|offset| self.opened.contains(&offset))
    }

    /// Whether the element at `offset` is the heading of what it opens.
    pub(super) fn is_heading(&self, offset: Option<usize>) -> bool {
        offset.is_some_and(|offset| self.headings.contains(&offset))
    }
}

fn is_button(element: ElementRef<'_>) -> bool {
    (attr(element.value(), "aria-expanded").is_some()
        || attr(element.value(), "aria-controls").is_some())
        && (element.value().name() == "button"
            || matches!(attr(element.value(), "role"), Some("button" | "tab"))
            || (element.value().name() == "a"
                && attr(element.value(), "href").is_none_or(|href| href.starts_with('#')))
            || is_title(element))
}

/// Buttons of one kind open parts of one kind.
fn kind(button: ElementRef<'_>) -> (&str, &str) {
    (
        button.value().name(),
        attr(button.value(), "class").unwrap_or_default(),
    )
}

fn is_title(element: ElementRef<'_>) -> bool {
    matches!(
        element.value().name(),
        "h2" | "h3" | "h4" | "h5" | "h6" | "dt" | "summary"
    )
}

fn in_heading(button: ElementRef<'_>) -> bool {
    is_title(button)
        || button
            .ancestors()
            .take(3)
            .filter_map(ElementRef::wrap)
            .any(is_title)
}

/// Whether a button is a heading by its place or by its words.
fn heads(button: ElementRef<'_>) -> bool {
    in_heading(button) || text(button, 300).ends_with('?')
}

/// What a button opens: what it names, or what comes next; it has to stand near.
fn panel_of<'a>(
    button: ElementRef<'a>,
    by_id: &HashMap<&str, ElementRef<'a>>,
) -> Option<ElementRef<'a>> {
    let label = text(button, 300);
    if !label.contains(char::is_alphabetic) || label.len() > 250 {
        return None;
    }
    let named = attr(button.value(), "aria-controls")
        .and_then(|id| by_id.get(id.trim()))
        .copied();
    let panel = match named {
        Some(named) => named,
        None => std::iter::once(*button)
            .chain(button.ancestors().take(2))
            .find_map(|node| node.next_siblings().find_map(ElementRef::wrap))?,
    };
    let parent = panel.parent()?;
    let near = button.ancestors().take(NEAR).any(|above| above == parent);
    let tab = attr(button.value(), "role") == Some("tab");
    let inside = button.ancestors().any(|above| above == *panel);
    ((near || tab) && !inside && panel.id() != button.id()).then_some(panel)
}

/// Whether a panel holds text to read, and not links, fields or a picture.
fn is_text(panel: ElementRef<'_>) -> bool {
    let (mut all, mut links) = (0, 0);
    for node in panel.descendants().take(LOOKED_AT) {
        if let Some(element) = node.value().as_element()
            && matches!(element.name(), "input" | "select" | "textarea" | "form")
        {
            return false;
        }
        let Some(text) = node.value().as_text() else {
            continue;
        };
        let letters = text.trim().len();
        all += letters;
        let linked = node
            .ancestors()
            .take(4)
            .filter_map(|above| above.value().as_element())
            .any(|above| above.name() == "a");
        if linked {
            links += letters;
        }
    }
    all >= 25 && links * 2 < all
}

/// Whether an element stands in what leads through a site.
fn leads_through_site(element: ElementRef<'_>) -> bool {
    element
        .ancestors()
        .filter_map(ElementRef::wrap)
        .any(|above| {
            matches!(above.value().name(), "nav" | "footer" | "form" | "dialog")
                || matches!(
                    attr(above.value(), "role"),
                    Some("navigation" | "dialog" | "menu")
                )
        })
}

/// The words of an element, cut off after about `most` bytes.
fn text(element: ElementRef<'_>, most: usize) -> String {
    let mut text = String::new();
    for part in element.text() {
        for word in part.split_whitespace() {
            if !text.is_empty() {
                text.push(' ');
            }
            text.push_str(word);
        }
        if text.len() > most {
            break;
        }
    }
    text
}
