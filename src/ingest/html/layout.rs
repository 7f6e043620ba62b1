//! How is each element of the article meant: which tables hold data, which list items are one line, which links are
//! marks, and under which id is a heading found?

use super::dom::Page;

/// Longer items of a list keep their paragraphs apart.
const LONGEST_JOINED: u32 = 700;

/// What is known of each node before the article is read.
pub(super) struct Layout {
    /// Marks of footnotes, links to a heading itself: not read.
    pub(super) silent: Vec<bool>,
    /// Tables whose rows are lines.
    pub(super) data: Vec<bool>,
    /// List items whose blocks are run together.
    pub(super) joined: Vec<bool>,
    /// Definitions right behind their term.
    pub(super) follows_term: Vec<bool>,
    /// Terms that are questions, and the answers to them.
    pub(super) question: Vec<bool>,
    /// For each node: where the part of the page ends that a heading there stands over.
    section_end: Vec<usize>,
    chars: Vec<u32>,
}

#[derive(Clone, Copy, Default)]
struct Inside {
    chars: u32,
    headings: u32,
    tables: u32,
    rows: u32,
    cells: u32,
    blocks: u32,
    longest_cell: u32,
}

impl Layout {
    pub(super) fn of(page: &Page<'_>, kept: &[bool]) -> Self {
        let count = page.nodes.len();
        let mut layout = Self {
            silent: vec![false; count],
            data: vec![false; count],
            joined: vec![false; count],
            follows_term: vec![false; count + 1],
            question: vec![false; count],
            section_end: vec![count; count],
            chars: Vec::with_capacity(count + 1),
        };
        let mut chars = 0;
        for (node, kept) in kept.iter().enumerate() {
            layout.chars.push(chars);
            let text = page.text(node).filter(|_| *kept);
            chars += text.map_or(0, |text| text.chars);
        }
        layout.chars.push(chars);
        let mut inside = vec![Inside::default(); count];
        // The next heading of each level, seen from behind.
        let mut next = [count; 7];
        for node in (0..count).rev() {
            if !kept[node] {
                continue;
            }
            let mut own = inside[node];
            let tag = page.tag(node);
            match tag {
                "" => own.chars = page.text(node).map_or(0, |text| text.chars),
                "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                    let level = usize::from(tag.as_bytes()[1] - b'0');
                    layout.section_end[node] =
                        next[1..=level].iter().copied().min().unwrap_or(count);
                    next[level] = node;
                    own.headings += 1;
                }
                "td" | "th" => {
                    own.cells += 1;
                    own.longest_cell = own.longest_cell.max(own.chars);
                }
                "tr" => own.rows += 1,
                "dl" => {
                    own.blocks += 1;
                    layout.mark_questions(page, kept, node);
                }
                "p" | "ul" | "ol" | "pre" | "blockquote" => own.blocks += 1,
                "table" => {
                    layout.data[node] = own.tables == 0
                        && own.headings == 0
                        && own.cells > own.rows
                        && own.longest_cell < 1_000
                        && own.chars < 400 * own.cells.max(1)
                        && own.blocks <= own.cells * 3
                        && page.attr(node, "role") != Some("presentation");
                    own.tables += 1;
                }
                "li" => {
                    layout.joined[node] = own.headings == 0 && own.chars < LONGEST_JOINED;
                }
                "dd" => layout.follows_term[node] = follows_term(page, kept, node),
                _ => {}
            }
            layout.silent[node] = is_mark(page, node, tag, own.chars);
            if node > 0 {
                let around = &mut inside[page.nodes[node].parent];
                around.chars += own.chars;
                around.headings += own.headings;
                around.tables += own.tables;
                around.rows += own.rows;
                around.cells += own.cells;
                around.blocks += own.blocks;
                around.longest_cell = around.longest_cell.max(own.longest_cell);
            }
        }
        layout
    }

    /// Marks terms and definitions of a list in which most terms are questions, and the answers are more than a few words.
    fn mark_questions(&mut self, page: &Page<'_>, kept: &[bool], list: usize) {
        /// An answer has this many characters; a definition in a glossary has fewer.
        const ANSWER: u32 = 60;
        let (mut terms, mut questions, mut answers) = (0, 0, 0);
        let mut members = Vec::new();
        for child in page.children(list).filter(|child| kept[*child]) {
            // Each pair may stand in a `div`.
            let pair = (page.tag(child) == "div").then(|| page.children(child));
            members.extend(pair.into_iter().flatten());
            members.push(child);
        }
        for member in &members {
            match page.tag(*member) {
                "dt" => {
                    terms += 1;
                    questions += u32::from(page.plain(*member, 300).trim_end().contains('?'));
                }
                "dd" => answers += self.chars[page.nodes[*member].end] - self.chars[*member],
                _ => {}
            }
        }
        if terms > 0 && questions * 2 > terms && answers >= ANSWER * terms {
            for member in members {
                self.question[member] = matches!(page.tag(member), "dt" | "dd") && kept[member];
            }
        }
    }

    /// Whether a definition follows the term that ends at `node`.
    pub(super) fn term_has_definition(&self, node: usize) -> bool {
        // White space may stand between the two.
        self.follows_term[node.min(self.follows_term.len() - 1)]
            || self.follows_term.get(node + 1).copied().unwrap_or(false)
    }

    /// The id under which a link reaches a heading: its own, that of an anchor in it or right before it, or that of the
    /// innermost element around it that begins with it and holds nothing else.
    pub(super) fn anchor(&self, page: &Page<'_>, heading: usize) -> Option<String> {
        let id = |node: usize| {
            let name = if page.tag(node) == "a" {
                page.attr(node, "name")
            } else {
                None
            };
            page.attr(node, "id")
                .or(name)
                .map(str::trim)
                .filter(|id| !id.is_empty() && id.len() <= 200)
                .map(str::to_owned)
        };
        if let Some(own) = id(heading) {
            return Some(own);
        }
        let end = page.nodes[heading].end;
        // Headings are short; the bound is for pages that wrap everything in one.
        if let Some(inner) = (heading + 1..end.min(heading + 40)).find_map(id) {
            return Some(inner);
        }
        if let Some(before) = self.before(page, heading).and_then(id) {
            return Some(before);
        }
        page.ancestors(heading)
            .take_while(|around| {
                !matches!(page.tag(*around), "body" | "html" | "main")
                    && self.chars[*around] == self.chars[heading]
                    && page.nodes[*around].end <= self.section_end[heading]
            })
            .find_map(id)
    }

    /// The empty element right before a heading.
    fn before(&self, page: &Page<'_>, heading: usize) -> Option<usize> {
        (heading.saturating_sub(3)..heading).rev().find(|node| {
            page.element(*node).is_some()
                && page.nodes[*node].end <= heading
                && self.chars[*node] == self.chars[heading]
                && matches!(page.tag(*node), "a" | "span" | "div" | "p")
                && (page.attr(*node, "id").is_some() || page.attr(*node, "name").is_some())
        })
    }
}

fn follows_term(page: &Page<'_>, kept: &[bool], definition: usize) -> bool {
    let parent = page.nodes[definition].parent;
    // Only the sibling before counts; it is found from behind, over white space.
    let mut before = definition;
    while before > parent + 1 {
        before -= 1;
        let around = std::iter::once(before)
            .chain(page.ancestors(before))
            .find(|node| page.nodes[*node].parent == parent);
        match around {
            Some(sibling) if page.text(sibling).is_some_and(|text| text.chars == 0) => {}
            Some(sibling) => return page.tag(sibling) == "dt" && kept[sibling],
            None => return false,
        }
    }
    false
}

/// Whether an element only marks something: a footnote, a link to the heading it stands in.
fn is_mark(page: &Page<'_>, node: usize, tag: &str, chars: u32) -> bool {
    if chars == 0 || chars > 12 {
        return false;
    }
    match tag {
        "sup" => {
            let text = page.plain(node, 20);
            let link = (node + 1..page.nodes[node].end)
                .chain(page.ancestors(node).take(1))
                .any(|near| page.tag(near) == "a");
            let bracketed = text.starts_with(['[', '(']) && text.ends_with([']', ')']);
            // `[n 3]` and the like are notes by their brackets; bare digits only where they lead to one.
            // Behind the end of a sentence there is nothing that digits could be the power of.
            let behind = (node.saturating_sub(4)..node)
                .rev()
                .find_map(|before| page.text(before))
                .and_then(|text| text.text.trim_end().chars().next_back());
            let ends = behind.is_some_and(|c| matches!(c, '.' | ',' | ';' | '!' | '?' | '”' | '"'));
            (bracketed && link) || (is_note(&text) && (link || bracketed || ends))
        }
        "a" => {
            let text = page.plain(node, 20);
            if matches!(
                text.as_str(),
                "#" | "¶" | "§" | "🔗" | "↑" | "↩" | "^" | "↩︎"
            ) {
                return true;
            }
            let to_note = page.attr(node, "href").is_some_and(|href| {
                let target = href.rsplit('#').next().unwrap_or("").to_ascii_lowercase();
                href.contains('#')
                    && ["fn", "note", "cite", "ref", "footnote", "endnote", "bib"]
                        .iter()
                        .any(|start| target.trim_start_matches('_').starts_with(start))
            });
            let bracketed = text.starts_with('[') && text.ends_with(']');
            is_note(&text) && (to_note || bracketed)
        }
        "span" => {
            let class = page.attr(node, "class").unwrap_or("");
            class.contains("mw-editsection")
        }
        _ => false,
    }
}

/// `[1]`, `4`, `2,3`, `a`, `*`, `†`.
fn is_note(text: &str) -> bool {
    let inner = text.trim_matches(|c: char| matches!(c, '[' | ']' | '(' | ')' | ' '));
    let digits = inner
        .chars()
        .all(|c| c.is_ascii_digit() || matches!(c, ',' | '-' | '–' | ' ' | ';'));
    let letter = inner.chars().count() == 1;
    let words = matches!(
        inner,
        "citation needed" | "note" | "who?" | "clarification needed"
    );
    let named_note = inner
        .strip_prefix("note ")
        .is_some_and(|rest| rest.chars().all(|c| c.is_ascii_digit()));
    !inner.is_empty() && (digits || letter || words || named_note)
}
