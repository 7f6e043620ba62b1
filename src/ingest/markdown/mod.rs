//! Markdown (CommonMark with tables, footnotes and heading attributes): which headings and runs of text does it have?

mod depth;
mod front_matter;
mod html;
mod raw_html;
mod run;

use super::outline::Outline;
use super::{Parsed, date, metadata};
use crate::article::{BlockKind, DropReason, Dropped, MappedText};
use front_matter::FrontMatter;
use html::{HtmlState, Place};
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use run::Run;
use std::ops::Range;

/// Reads Markdown, with or without front matter. Offsets are offsets in `source`.
pub fn parse(source: &str) -> Parsed {
    let front_matter = front_matter::read(source).unwrap_or_default();
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_GFM;
    let start = front_matter.end;
    let text = depth::bounded(&source[start..]);
    let mut body = Body::new(source, front_matter);
    for (event, range) in Parser::new_ext(&text, options).into_offset_iter() {
        body.event(event, start + range.start..start + range.end);
    }
    body.finish()
}

/// A heading longer than this is a paragraph with a line of dashes under it, or a `#` before it. It is not kept as a
/// heading, which is repeated in the path of every section below.
const LONGEST_HEADING: usize = 400;

/// What stands before the colon in a paragraph that points to another article, in lower case.
const CUES: [&str; 24] = [
    "also check",
    "also read",
    "also see",
    "check also",
    "check out",
    "find out more",
    "further reading",
    "learn more",
    "more on this",
    "must read",
    "read also",
    "read more",
    "read next",
    "recommended",
    "recommended reading",
    "related",
    "related article",
    "related articles",
    "related reading",
    "related topics",
    "see also",
    "suggested reading",
    "you may also like",
    "you might also like",
];

/// Follows the parser's events. Nothing here nests: containers are counted, so that no input is too deep.
struct Body<'s> {
    source: &'s str,
    parsed: Parsed,
    outline: Outline,
    run: Run<'s>,
    /// The words of `run` that stand outside links, as far as a cue can reach.
    outside_links: String,
    links: usize,
    link_depth: usize,
    /// For each list item or footnote around, whether it has had its own run of text.
    items: Vec<bool>,
    /// Block quotes and footnotes around: a heading in them heads nothing outside them.
    asides: usize,
    heading: Option<OpenHeading>,
    row: Option<Row>,
    image: Option<Image>,
    /// Whether a heading was read yet.
    any_heading: bool,
    /// Whether a line that is only a date would be the date of the article.
    may_be_dated: bool,
    html: HtmlState,
}

/// A heading whose text is being read.
struct OpenHeading {
    level: u8,
    anchor: Option<String>,
}

/// A table row whose cells are being read.
#[derive(Default)]
struct Row {
    text: MappedText,
    /// Cells since the last one with words.
    borders: usize,
}

/// A picture whose alternative text is being read.
struct Image {
    offset: usize,
    depth: usize,
    text: String,
}

impl<'s> Body<'s> {
    fn new(source: &'s str, front_matter: FrontMatter) -> Self {
        Self {
            source,
            may_be_dated: front_matter.title.is_some(),
            parsed: Parsed {
                title: front_matter.title,
                url: front_matter.url,
                published: front_matter.published,
                language: front_matter.language,
                aliases: front_matter.aliases,
                tags: front_matter.tags,
                sections: Vec::new(),
                dropped: front_matter.dropped,
            },
            outline: Outline::new(),
            run: Run::new(source),
            outside_links: String::new(),
            links: 0,
            link_depth: 0,
            items: Vec::new(),
            asides: 0,
            heading: None,
            row: None,
            image: None,
            any_heading: false,
            html: HtmlState::default(),
        }
    }

    fn finish(mut self) -> Parsed {
        self.end_run();
        self.parsed.sections = self.outline.finish();
        // A caption is known before the run around it; the order of the article is the order of places.
        self.parsed.dropped.sort_by_key(|dropped| dropped.offset);
        self.parsed
    }

    fn event(&mut self, event: Event<'_>, range: Range<usize>) {
        match event {
            Event::Start(tag) => self.start(tag, range),
            Event::End(tag) => self.end(tag),
            Event::Text(text) | Event::Code(text) => self.text(&text, range),
            Event::InlineMath(text) | Event::DisplayMath(text) => self.text(&text, range),
            Event::Html(_) => self.html(range, Place::Block),
            Event::InlineHtml(_) => self.html(range, Place::Line),
            Event::SoftBreak | Event::HardBreak => self.line_break(),
            Event::FootnoteReference(_) | Event::TaskListMarker(_) | Event::Rule => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>, range: Range<usize>) {
        match tag {
            Tag::Link { .. } => {
                self.links += 1;
                self.link_depth += 1;
                return;
            }
            Tag::Image { .. } => {
                self.run.end_word();
                let image = self.image.get_or_insert(Image {
                    offset: range.start,
                    depth: 0,
                    text: String::new(),
                });
                image.depth += 1;
                return;
            }
            Tag::Emphasis
            | Tag::Strong
            | Tag::Strikethrough
            | Tag::Superscript
            | Tag::Subscript => {
                return;
            }
            _ => self.end_run(),
        }
        self.html.block_end = range.end;
        match tag {
            Tag::Heading { level, id, .. } if self.asides == 0 => {
                self.heading = Some(OpenHeading {
                    level: level as u8,
                    anchor: id.map(|id| id.into_string()),
                });
            }
            Tag::BlockQuote(_) => self.asides += 1,
            Tag::FootnoteDefinition(_) => {
                self.asides += 1;
                self.items.push(true);
            }
            Tag::Item => self.items.push(false),
            Tag::TableHead | Tag::TableRow => self.row = Some(Row::default()),
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Emphasis
            | TagEnd::Strong
            | TagEnd::Strikethrough
            | TagEnd::Superscript
            | TagEnd::Subscript => return,
            TagEnd::Link => {
                self.link_depth = self.link_depth.saturating_sub(1);
                return;
            }
            TagEnd::Image => return self.end_image(),
            TagEnd::TableCell => return self.end_cell(),
            TagEnd::TableHead | TagEnd::TableRow => return self.end_row(),
            TagEnd::HtmlBlock => {
                self.end_row();
                self.end_run();
            }
            _ => self.end_run(),
        }
        match tag {
            TagEnd::BlockQuote(_) => self.asides = self.asides.saturating_sub(1),
            TagEnd::FootnoteDefinition => {
                self.asides = self.asides.saturating_sub(1);
                self.items.pop();
            }
            TagEnd::Item => {
                self.items.pop();
            }
            TagEnd::HtmlBlock => self.html.kind = None,
            _ => {}
        }
    }

    /// Text as the parser reads it, without what a script or a comment around it hides.
    fn text(&mut self, text: &str, mut range: Range<usize>) {
        let mut text = text;
        if range.start < self.html.hidden_until {
            let hidden = self.html.hidden_until - range.start;
            let visible = text
                .get(hidden..)
                .filter(|_| self.source.get(range.clone()) == Some(text));
            match visible {
                Some(visible) => text = visible,
                None => return,
            }
            range.start = self.html.hidden_until;
        }
        if let Some(image) = &mut self.image {
            image.text.push_str(text);
            return;
        }
        if self.link_depth == 0 {
            self.note_outside_link(text);
        }
        self.run.push(text, range);
    }

    fn note_outside_link(&mut self, text: &str) {
        /// Beyond this, a paragraph is no mere pointer.
        const MOST: usize = 100;
        let room = MOST.saturating_sub(self.outside_links.len());
        self.outside_links.extend(text.chars().take(room));
    }

    fn line_break(&mut self) {
        if let Some(image) = &mut self.image {
            image.text.push(' ');
            return;
        }
        self.run.end_word();
        self.note_outside_link(" ");
        if self.may_be_dated
            && self.heading.is_none()
            && self.items.is_empty()
            && self.row.is_none()
        {
            if let Some(day) = day(self.run.so_far()) {
                let line = self.take_run();
                self.set_date(day, &line);
            }
            self.may_be_dated = false;
        }
    }

    fn end_image(&mut self) {
        let Some(image) = &mut self.image else {
            return;
        };
        image.depth -= 1;
        if image.depth > 0 {
            return;
        }
        if let Some(image) = self.image.take() {
            let text = metadata::one_line(&image.text);
            if !text.is_empty() {
                self.drop(DropReason::Caption, text, image.offset);
            }
        }
    }

    fn end_cell(&mut self) {
        let cell = self.take_run();
        let row = self.row.get_or_insert_default();
        if !cell.is_empty() {
            for _ in 0..row.borders {
                row.text.push_unmapped("|");
            }
            row.borders = 0;
            row.text.append(&cell);
        }
        row.borders += 1;
    }

    fn end_row(&mut self) {
        if self.row.is_some() && !self.run.so_far().is_empty() {
            self.end_cell();
        }
        if let Some(row) = self.row.take() {
            self.may_be_dated = false;
            self.outline.block(BlockKind::TableRow, row.text);
        }
    }

    /// Ends the run of text that is under way, if any: a heading, or a block of the kind that its place gives it.
    fn end_run(&mut self) {
        let pointer = self.links > 0 && self.is_pointer();
        let text = self.take_run();
        let heading = self.heading.take();
        if text.is_empty() {
            return;
        }
        if let Some(heading) = heading
            && text.as_str().len() <= LONGEST_HEADING
        {
            return self.add_heading(heading, &text);
        }
        let kind = match (self.html.kind, self.items.last_mut()) {
            (Some(kind), _) => kind,
            (None, Some(had_text)) if !*had_text => {
                *had_text = true;
                BlockKind::ListItem
            }
            (None, _) => BlockKind::Paragraph,
        };
        let dated = std::mem::take(&mut self.may_be_dated) && kind == BlockKind::Paragraph;
        if let Some(day) = day(&text).filter(|_| dated) {
            self.set_date(day, &text);
        } else if pointer && kind == BlockKind::Paragraph {
            let offset = offset(&text);
            self.drop(DropReason::CrossLink, text.as_str().to_owned(), offset);
        } else {
            self.outline.block(kind, text);
        }
    }

    fn take_run(&mut self) -> MappedText {
        self.outside_links.clear();
        self.links = 0;
        self.run.take()
    }

    /// Whether the run is a cue, a colon, and links: "Also read: [Sprains](…)", or the same with all of it in one link.
    fn is_pointer(&mut self) -> bool {
        let no_words = |text: &str| {
            text.split(|c: char| !c.is_alphanumeric())
                .all(|word| word.is_empty() || word == "and")
        };
        let is_cue = |text: &str| {
            CUES.contains(
                &text
                    .trim_matches(|c: char| !c.is_alphanumeric())
                    .to_lowercase()
                    .as_str(),
            )
        };
        if no_words(&self.outside_links) {
            return self.links == 1
                && self
                    .run
                    .so_far()
                    .as_str()
                    .split_once(':')
                    .is_some_and(|(cue, title)| is_cue(cue) && !no_words(title));
        }
        self.outside_links
            .split_once(':')
            .is_some_and(|(cue, rest)| is_cue(cue) && no_words(rest))
    }

    /// Opens a section, unless the heading is the article's title.
    fn add_heading(&mut self, heading: OpenHeading, text: &MappedText) {
        let first = !std::mem::replace(&mut self.any_heading, true);
        let is_title = first
            && match &self.parsed.title {
                Some(title) => same_words(title, text.as_str()),
                None => heading.level == 1,
            };
        if is_title {
            self.parsed
                .title
                .get_or_insert_with(|| text.as_str().to_owned());
        } else {
            self.outline.heading(heading.level, text, heading.anchor);
        }
        self.may_be_dated = is_title;
    }

    fn set_date(&mut self, day: String, line: &MappedText) {
        self.parsed.published.get_or_insert(day);
        self.drop(
            DropReason::Furniture,
            line.as_str().to_owned(),
            offset(line),
        );
    }

    fn drop(&mut self, reason: DropReason, text: String, offset: usize) {
        self.parsed.dropped.push(Dropped {
            reason,
            text,
            offset,
        });
    }
}

/// The day, where `text` is a line with nothing but a date.
fn day(text: &MappedText) -> Option<String> {
    /// "Last reviewed and updated on Wednesday, the 16th of September 2024 at 10:30 am" fits twice.
    const LONGEST: usize = 160;
    (text.as_str().len() <= LONGEST)
        .then(|| date::date_line(text.as_str()))
        .flatten()
}

fn offset(text: &MappedText) -> usize {
    text.source().map_or(0, |place| place.start)
}

/// Whether two titles differ in nothing but case, punctuation and white space.
fn same_words(one: &str, other: &str) -> bool {
    let letters = |text: &str| -> String {
        text.chars()
            .filter(|c| c.is_alphanumeric())
            .flat_map(char::to_lowercase)
            .collect()
    };
    let (one_letters, other_letters) = (letters(one), letters(other));
    one_letters == other_letters && (!one_letters.is_empty() || one == other)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::{Duration, Instant};

    /// Each section as its path and its text.
    fn sections(source: &str) -> Vec<(String, String)> {
        parse(source)
            .sections
            .iter()
            .map(|section| (section.heading_path.join(" > "), section.text()))
            .collect()
    }

    /// The text of an article without headings.
    fn text(source: &str) -> String {
        let sections = sections(source);
        assert!(sections.len() <= 1, "{sections:?}");
        sections.into_iter().map(|(_, text)| text).collect()
    }

    /// What of `source` each word stands on.
    fn words(source: &str) -> Vec<(String, &str)> {
        parse(source)
            .sections
            .iter()
            .flat_map(|section| &section.blocks)
            .flat_map(|block| {
                block.text.words().iter().map(|word| {
                    (
                        block.text.as_str()[word.text.start as usize..word.text.end as usize]
                            .to_owned(),
                        &source[word.source.start as usize..word.source.end as usize],
                    )
                })
            })
            .collect()
    }

    fn dropped(source: &str) -> Vec<(DropReason, String)> {
        parse(source)
            .dropped
            .into_iter()
            .map(|dropped| (dropped.reason, dropped.text))
            .collect()
    }

    #[test]
    fn headings_of_both_forms_open_sections_and_the_first_is_the_title() {
        let source = "Before.\n\n# Sore feet\n\nIntro.\n\nCauses\n------\n\n### Shoes {#shoes .x}\n\nTight.\n\n# More\n\nEnd.\n";
        assert_eq!(
            sections(source),
            [
                ("".into(), "Before.\n\nIntro.".into()),
                ("Causes".into(), "".into()),
                ("Causes > Shoes".into(), "Tight.".into()),
                ("More".into(), "End.".into()),
            ]
        );
        let parsed = parse(source);
        assert_eq!(parsed.title.as_deref(), Some("Sore feet"));
        let anchors: Vec<_> = parsed
            .sections
            .iter()
            .map(|section| section.anchor.as_deref())
            .collect();
        assert_eq!(anchors, [None, None, Some("shoes"), None]);
        let levels: Vec<_> = parsed
            .sections
            .iter()
            .map(|section| section.level)
            .collect();
        assert_eq!(levels, [0, 2, 3, 1]);
    }

    #[test]
    fn a_title_of_the_front_matter_is_not_repeated_as_a_heading() {
        let source = "---\ntitle: \"Sore feet: what helps\"\n---\n\n# Sore Feet – What *Helps*?\n\nRest.\n\n## Sore feet\n\nMore.";
        assert_eq!(
            sections(source),
            [
                ("".into(), "Rest.".into()),
                ("Sore feet".into(), "More.".into())
            ]
        );
        assert_eq!(
            parse(source).title.as_deref(),
            Some("Sore feet: what helps")
        );
        assert_eq!(
            sections("---\ntitle: Feet\n---\n# Shoes\n\nTight.")[0].0,
            "Shoes",
            "another first heading is kept"
        );
    }

    #[test]
    fn a_first_heading_below_the_top_is_no_title() {
        let parsed = parse("## Causes\n\nShoes.\n\n# Late\n\nText.");
        assert_eq!(parsed.title, None);
        assert_eq!(parsed.sections[1].heading_path, ["Late"]);
    }

    #[test]
    fn a_word_is_not_split_by_markup_and_stands_where_it_stood() {
        let source = "The **mus**cle *and* `bone`, H<sub>2</sub>O\n> a[link](x)b  \nx\\*y caf&eacute; a&nbsp;b";
        assert_eq!(
            words(source),
            [
                ("The".to_owned(), "The"),
                ("muscle".to_owned(), "mus**cle"),
                ("and".to_owned(), "and"),
                ("bone,".to_owned(), "bone`,"),
                ("H2O".to_owned(), "H<sub>2</sub>O"),
                ("alinkb".to_owned(), "a[link](x)b"),
                ("x*y".to_owned(), "x\\*y"),
                ("café".to_owned(), "caf&eacute;"),
                ("a".to_owned(), "a"),
                ("b".to_owned(), "b"),
            ]
        );
    }

    #[test]
    fn places_are_those_of_the_whole_source() {
        let source = "---\ntitle: é\n---\nPain.";
        assert_eq!(words(source), [("Pain.".to_owned(), "Pain.")]);
        assert_eq!(
            parse(source).sections[0].source,
            source.len() - 5..source.len()
        );
    }

    #[test]
    fn each_list_item_is_one_block_and_further_paragraphs_follow_it() {
        assert_eq!(
            text(
                "1. Rest\n   now.\n   - [x] nested\n     - deep\n2. Drink.\n\n   Often.\n\n   > Small sips.\n\n- - twice"
            ),
            "- Rest now.\n- nested\n- deep\n- Drink.\n\nOften.\n\nSmall sips.\n\n- twice"
        );
    }

    #[test]
    fn table_rows_are_lines_of_cells() {
        assert_eq!(
            text(
                "| Sign | *Mild* | |\n|---|:-:|---|\n| Thirst \\| dry | | yes |\n| | | |\n| a | b |\n\nEnd."
            ),
            "Sign | Mild\nThirst | dry | | yes\na | b\n\nEnd."
        );
    }

    #[test]
    fn quotes_code_and_footnotes_are_paragraphs_at_their_place() {
        assert_eq!(
            text(
                "A[^1] b.\n\n> [!NOTE]\n> One\n> two.\n>\n> # Aside\n\n[^1]: The note.\n\n```\nx  y\n\nz\n```\n\n~~Old~~ end.\n\n***"
            ),
            "A b.\n\nOne two.\n\nAside\n\nThe note.\n\nx y z\n\nOld end."
        );
    }

    #[test]
    fn pictures_are_dropped_as_captions_and_links_keep_their_words() {
        let source = "See ![a **sore** foot](f.png \"t\") the [guide](g.html).\n\n![](empty.png)";
        assert_eq!(text(source), "See the guide.");
        assert_eq!(
            dropped(source),
            [(DropReason::Caption, "a sore foot".into())]
        );
    }

    #[test]
    fn html_gives_its_text_without_tags_comments_scripts_and_styles() {
        assert_eq!(
            text(
                "<div title=\"a > b\">\nOne &amp; <b>t</b>wo<br>three\n<!-- no\n\nno -->\n<p>Four</p>\n</div>\n\nfive<br/>six <!-- no --> <script>no</script>seven\n\n<style>\nno\n\nno\n</style>\n\n<div><script>\nno\n\n# no\n\nno</script> 1 < 2\n</div>"
            ),
            "One & two three\n\nFour\n\nfive six seven\n\n1 < 2"
        );
    }

    #[test]
    fn headings_items_and_rows_that_are_written_in_html_count_as_such() {
        assert_eq!(
            sections(
                "<h2 id=x>Care</h2>\n<ul>\n<li>Rest\n<li>Drink</ul>\n<table><tr><th>A</th><th>B</th></tr>\n<tr><td>c<td>d</table>\n\nEnd."
            ),
            [(
                "Care".into(),
                "- Rest\n- Drink\n\nA | B\nc | d\n\nEnd.".into()
            )]
        );
    }

    #[test]
    fn a_pointer_to_another_article_is_a_cross_link() {
        for source in [
            "Also read: [Sore feet](a.md)",
            "**See also:** [Feet](a), [Shoes](b) and [Socks](c).",
            "[Read more: Sore feet](a.md)",
            "> Related\n> articles: [Feet][a]\n\n[a]: x",
        ] {
            assert_eq!(text(source), "", "{source}");
            assert!(
                matches!(dropped(source).as_slice(), [(DropReason::CrossLink, _)]),
                "{source}"
            );
        }
        for source in [
            "See also: the [guide](a.md)",
            "Causes: [Shoes](a.md)",
            "Also read: the label.",
            "Also read [Sore feet](a.md)",
        ] {
            assert!(dropped(source).is_empty(), "{source}");
        }
    }

    #[test]
    fn a_line_of_only_a_date_under_the_title_is_the_day_of_publication() {
        for source in [
            "# Feet\n\n*Last updated: April 16, 2024*\n\nText.",
            "# Feet\nApril 16, 2024\nText.",
            "---\ntitle: Feet\n---\nTuesday, April 16, 2024\n\nText.",
        ] {
            let parsed = parse(source);
            assert_eq!(parsed.published.as_deref(), Some("2024-04-16"), "{source}");
            assert_eq!(text(source), "Text.", "{source}");
            assert_eq!(parsed.dropped.len(), 1, "{source}");
        }
        for source in [
            "# Feet\n\nText.\n\nApril 16, 2024",
            "# Feet\n\nOn April 16, 2024 it hurt.",
            "# Feet\n\n- April 16, 2024",
            "April 16, 2024",
        ] {
            assert_eq!(parse(source).published, None, "{source}");
        }
    }

    #[test]
    fn a_paragraph_underlined_by_mistake_is_no_heading() {
        let long = "word ".repeat(100);
        assert_eq!(sections(&format!("{long}\n---\n\nEnd.")).len(), 1);
    }

    #[test]
    fn what_stands_in_too_many_quotes_is_still_read_where_it_stands() {
        let source = format!("{}**sore** feet", "> ".repeat(10_000));
        assert_eq!(
            words(&source),
            [
                ("**sore**".to_owned(), "**sore**"),
                ("feet".to_owned(), "feet")
            ]
        );
    }

    #[test]
    fn windows_line_ends_and_empty_sources_are_fine() {
        assert_eq!(text(""), "");
        assert_eq!(text("\r\n \r\n"), "");
        assert_eq!(
            sections("---\r\ntitle: Feet\r\n---\r\n# Feet\r\n\r\none\r\ntwo\r\n\r\n## A\r\nb"),
            [("".into(), "one two".into()), ("A".into(), "b".into())]
        );
    }

    /// On a thread with a small stack, so that a parser that calls itself for each level would overflow it.
    fn is_quick(name: &str, source: String) {
        let begin = Instant::now();
        let length = source.len();
        std::thread::Builder::new()
            .stack_size(2 * 1024 * 1024)
            .spawn(move || parse(&source))
            .expect("a thread starts")
            .join()
            .expect("the parser does not panic");
        let limit = Duration::from_secs(10);
        assert!(
            begin.elapsed() < limit,
            "{name}, {length} bytes: {:?}",
            begin.elapsed()
        );
    }

    #[test]
    fn hostile_input_is_read_in_good_time_and_without_a_deep_stack() {
        let deep_list: String = (0..1_000)
            .map(|depth| format!("{}- a\n", "  ".repeat(depth)))
            .collect();
        for (name, source) in [
            ("nested quotes", format!("{}a", ">".repeat(10_000))),
            ("nested lists", format!("{}a", "- ".repeat(10_000))),
            ("indented lists", deep_list),
            (
                "lazy lines",
                format!("{}a\n{}", "> ".repeat(100_000), "b\n".repeat(100_000)),
            ),
            ("a long line", "word ".repeat(2_000_000)),
            ("a long word", "w".repeat(10_000_000)),
            ("zeros", "\0".repeat(100_000)),
            ("emphasis", "*a _b ".repeat(50_000)),
            ("brackets", "[".repeat(100_000)),
            ("pictures", "![a".repeat(50_000)),
            (
                "closed pictures",
                format!("{}{}", "![a".repeat(5_000), "](b)".repeat(5_000)),
            ),
            (
                "backticks",
                (1..1_000)
                    .map(|count| format!("{} ", "`".repeat(count)))
                    .collect(),
            ),
            ("entities", "&amp;".repeat(200_000)),
            ("escapes", "\\*".repeat(500_000)),
            ("open tags", format!("<div>\n{}", "<a ".repeat(200_000))),
            (
                "open comments",
                format!("<div>\n{}", "<!-- a\n\n<div>".repeat(50_000)),
            ),
            (
                "open scripts",
                format!("<div>\n{}", "<script> a\n\n<div>".repeat(50_000)),
            ),
            (
                "wide table",
                format!(
                    "{}\n{}\n{}",
                    "|a".repeat(5_000),
                    "|-".repeat(5_000),
                    "|b\n".repeat(5_000)
                ),
            ),
            (
                "footnotes",
                (0..20_000)
                    .map(|n| format!("[^{n}]: a[^{n}]\n\n"))
                    .collect(),
            ),
            (
                "headings",
                format!("# {}\n{}", "w".repeat(1_000_000), "## a\n".repeat(50_000)),
            ),
            (
                "front matter",
                format!("---\n{}\n---\n", "a: b\n".repeat(10_000)),
            ),
            (
                "front matter without end",
                format!("---\n{}", "a: b\n".repeat(500_000)),
            ),
        ] {
            is_quick(name, source);
        }
    }
}
