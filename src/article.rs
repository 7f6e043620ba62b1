//! What is an article, once it has been read? Plain data: sections, blocks, and where each word stood in the source.
//!
//! Nothing here reads or writes anything. Offsets into the source are offsets into the *decoded* text while a parser
//! works; [`SourceMap`] turns them into the bytes and lines of the file on disk.

use std::ops::Range;

/// One source document, read into sections.
#[derive(Clone, Debug)]
pub struct Article {
    /// `<source>/<path inside it>`, or the id that a JSON line brought.
    pub id: String,
    /// What the article calls itself; may be empty for JSON lines only.
    pub title: String,
    /// Where the article was published.
    pub url: Option<String>,
    /// The day of publication, `YYYY-MM-DD`.
    pub published: Option<String>,
    /// A BCP 47 tag such as `en` or `en-GB`, where the article states one.
    pub language: Option<String>,
    /// Other names the article gives itself.
    pub aliases: Vec<String>,
    /// Subject labels the article gives itself.
    pub tags: Vec<String>,
    /// Where the bytes came from.
    pub source: Source,
    /// In the order of the article.
    pub sections: Vec<Section>,
    /// What was left out, in the order of the article.
    pub dropped: Vec<Dropped>,
    /// Turns offsets of [`Word::source`] into bytes and lines of the file.
    pub source_map: SourceMap,
}

impl Article {
    /// Whether any section holds text that can be found.
    pub fn has_text(&self) -> bool {
        self.sections
            .iter()
            .any(|section| !section.blocks.is_empty())
    }

    /// About how many bytes of memory it takes.
    pub fn memory(&self) -> usize {
        let text = |text: &MappedText| text.text.len() + size_of_val(&*text.words);
        let blocks = |section: &Section| -> usize {
            let blocks = section.blocks.iter();
            blocks
                .map(|block| size_of_val(block) + text(&block.text))
                .sum()
        };
        let section = |section: &Section| {
            let headings: usize = section.heading_path.iter().map(String::len).sum();
            size_of_val(section) + headings + blocks(section)
        };
        let dropped = |dropped: &Dropped| size_of_val(dropped) + dropped.text.len();
        size_of_val(self)
            + self.sections.iter().map(section).sum::<usize>()
            + self.dropped.iter().map(dropped).sum::<usize>()
            + size_of_val(&*self.source_map.line_feeds)
            + size_of_val(&*self.source_map.runs)
    }
}

/// Where an article's bytes came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The name of the source: the given folder's name, or what `--source` said.
    pub name: String,
    /// The path as a person would type it from where the index was made.
    pub path: String,
    /// How the bytes were read.
    pub format: Format,
    /// The WHATWG name of the character encoding, such as `UTF-8`.
    pub encoding: &'static str,
    /// The size of the source, in bytes.
    pub bytes: u64,
}

/// The formats that are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// Plain text whose headings are inferred.
    Text,
    /// A saved web page.
    Html,
    /// Markdown (CommonMark with tables), with optional front matter.
    Markdown,
    /// One article a line, as JSON.
    JsonLines,
}

impl Format {
    /// The name used in JSON and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Format::Text => "text",
            Format::Html => "html",
            Format::Markdown => "markdown",
            Format::JsonLines => "jsonl",
        }
    }

    /// The format that has this [`Format::name`].
    pub fn of_name(name: &str) -> Option<Self> {
        [Self::Text, Self::Html, Self::Markdown, Self::JsonLines]
            .into_iter()
            .find(|format| format.name() == name)
    }
}

/// A heading and the text under it, up to the next heading of any level.
#[derive(Clone, Debug, Default)]
pub struct Section {
    /// The id that a JSON line gave to this section.
    pub id: Option<String>,
    /// The headings from the top of the article down to this one; empty for text before the first heading.
    pub heading_path: Vec<String>,
    /// The level of the heading (1 to 6); 0 for text before the first heading.
    pub level: u8,
    /// The `id` that the heading, or the nearest element around it, has in its page.
    pub anchor: Option<String>,
    /// The text, in reading order; empty when all of it stands under sub-headings.
    pub blocks: Vec<Block>,
    /// Where the section's text stands in the decoded source: first word to last, or the heading where there is no text.
    pub source: Range<usize>,
}

/// A run of text that is read as one: a paragraph, a list item, a table row.
#[derive(Clone, Debug)]
pub struct Block {
    /// What sort of run it is.
    pub kind: BlockKind,
    /// The words; without the `- ` that marks a list item where it is printed.
    pub text: MappedText,
}

/// The sorts of block that are kept apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlockKind {
    /// A paragraph.
    Paragraph,
    /// One item of a list, of any depth.
    ListItem,
    /// One row of a table, its cells separated by ` | `.
    TableRow,
}

impl BlockKind {
    /// What stands before the block's text where it is printed.
    pub fn marker(self) -> &'static str {
        match self {
            BlockKind::ListItem => "- ",
            BlockKind::Paragraph | BlockKind::TableRow => "",
        }
    }

    /// What stands between a block of this kind and one of kind `next` that follows it.
    pub fn separator(self, next: BlockKind) -> &'static str {
        match (self, next) {
            (BlockKind::ListItem, BlockKind::ListItem) => "\n",
            (BlockKind::TableRow, BlockKind::TableRow) => "\n",
            _ => "\n\n",
        }
    }
}

impl Section {
    /// The text as it is printed: paragraphs apart by a blank line, a list item or a table row to a line.
    pub fn text(&self) -> String {
        let mut text = String::new();
        let mut previous: Option<BlockKind> = None;
        for block in &self.blocks {
            if let Some(previous) = previous {
                text.push_str(previous.separator(block.kind));
            }
            text.push_str(block.kind.marker());
            text.push_str(block.text.as_str());
            previous = Some(block.kind);
        }
        text
    }

    /// The section's own heading, the last of its path.
    pub fn heading(&self) -> Option<&str> {
        self.heading_path.last().map(String::as_str)
    }
}

/// Words joined by single spaces, each with the place it came from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MappedText {
    text: String,
    words: Vec<Word>,
}

/// One word of a [`MappedText`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// Bytes of the word in the text.
    pub text: Range<u32>,
    /// Bytes of the word in the decoded source.
    pub source: Range<u32>,
}

impl MappedText {
    /// No words yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The words of `source[range]`, split at white space.
    pub fn from_source(source: &str, range: Range<usize>) -> Self {
        let mut mapped = Self::new();
        mapped.push_source(source, range);
        mapped
    }

    /// Text that stands nowhere in the source as such (a JSON string): it has words but no places.
    pub fn unmapped(text: &str) -> Self {
        let mut mapped = Self::new();
        for word in text.split_whitespace() {
            mapped.push_unmapped(word);
        }
        mapped
    }

    /// A text whose words are parted by single spaces already, and have no places.
    pub fn unmapped_line(line: String) -> Self {
        Self {
            text: line,
            ..Self::new()
        }
    }

    /// Appends the words of `source[range]`, split at white space.
    pub fn push_source(&mut self, source: &str, range: Range<usize>) {
        let base = source.as_ptr() as usize;
        for word in source[range].split_whitespace() {
            let start = word.as_ptr() as usize - base;
            self.push_word(word, start..start + word.len());
        }
    }

    /// Appends one word, after a space where it is not the first. `word` holds no white space.
    pub fn push_word(&mut self, word: &str, source: Range<usize>) {
        let start = self.push_unmapped(word);
        self.words.push(Word {
            text: start..self.text.len() as u32,
            source: source.start as u32..source.end as u32,
        });
    }

    /// Appends a word that the source does not have, such as the ` | ` between two cells; gives its offset.
    pub fn push_unmapped(&mut self, word: &str) -> u32 {
        if !self.text.is_empty() {
            self.text.push(' ');
        }
        let start = self.text.len() as u32;
        self.text.push_str(word);
        start
    }

    /// Appends all of `other`, after a space where it is not the first.
    pub fn append(&mut self, other: &MappedText) {
        let start = self.push_unmapped(&other.text);
        self.words.extend(other.words.iter().map(|word| Word {
            text: word.text.start + start..word.text.end + start,
            source: word.source.clone(),
        }));
    }

    /// Takes the place from every word for which `is_kept` says no. The words stay.
    pub fn retain_places(&mut self, is_kept: impl FnMut(&Word) -> bool) {
        self.words.retain(is_kept);
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether there is no text at all.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// The words that have a place, in order.
    pub fn words(&self) -> &[Word] {
        &self.words
    }

    /// The tight place in the decoded source of `text[range]`: from its first word to its last, or `None` where no
    /// word in it has a place.
    pub fn source_of(&self, range: Range<usize>) -> Option<Range<usize>> {
        let first = self
            .words
            .partition_point(|word| (word.text.end as usize) <= range.start);
        let end = self
            .words
            .partition_point(|word| (word.text.start as usize) < range.end);
        let words = self.words.get(first..end)?;
        let start = words.iter().map(|word| word.source.start).min()?;
        let stop = words.iter().map(|word| word.source.end).max()?;
        Some(start as usize..stop as usize)
    }

    /// The tight place of the whole text.
    pub fn source(&self) -> Option<Range<usize>> {
        self.source_of(0..self.text.len())
    }
}

/// Something that was read and left out of every section.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dropped {
    /// Why.
    pub reason: DropReason,
    /// The words that were left out.
    pub text: String,
    /// Where it begins in the decoded source.
    pub offset: usize,
}

/// Why something was left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DropReason {
    /// Menus, breadcrumbs, tables of contents.
    Navigation,
    /// A pointer to another article.
    CrossLink,
    /// The words under, or in place of, a picture.
    Caption,
    /// An advertisement or a sign-up form.
    Advert,
    /// A reader's comment.
    Comment,
    /// Words that the same article holds already.
    Duplicate,
    /// Anything else that belongs to the page and not to the article.
    Furniture,
}

/// Turns offsets in the decoded text into bytes and lines of the file on disk.
#[derive(Clone, Debug, Default)]
pub struct SourceMap {
    /// `(offset in the decoded text, offset in the file)`: within a run both advance together.
    runs: Vec<(usize, usize)>,
    /// Offsets of the line feeds in the decoded text.
    line_feeds: Vec<usize>,
    /// A place that stands for all of them (an article of JSON lines is cited by its line).
    whole: Option<Locator>,
    /// Where the decoded bytes are no file, but a part of one that carries it in another encoding (MHTML).
    part: Option<PartMap>,
}

/// Turns offsets in a part that was encoded to be carried in a file into offsets in that file.
#[derive(Clone, Debug, Default)]
pub struct PartMap {
    /// In the order of both.
    steps: Vec<Step>,
    /// Offsets of the line feeds in the file.
    line_feeds: Vec<usize>,
}

/// A stretch of a part in which every `part_unit` bytes are `file_unit` bytes of the file.
#[derive(Clone, Copy, Debug)]
struct Step {
    part: u32,
    file: u32,
    part_unit: u32,
    file_unit: u32,
}

impl PartMap {
    /// A map of nothing yet, into `file`.
    pub fn new(file: &[u8]) -> Self {
        Self {
            steps: Vec::new(),
            line_feeds: line_feeds(file),
        }
    }

    /// From `part` on, every `part_unit` bytes of the part are `file_unit` bytes of the file, which begin at `file`.
    /// Both rise from call to call, and units are at least 1.
    pub fn push(&mut self, part: usize, part_unit: usize, file: usize, file_unit: usize) {
        let step = Step {
            part: part as u32,
            file: file as u32,
            part_unit: part_unit as u32,
            file_unit: file_unit as u32,
        };
        let goes_on = self.steps.last().is_some_and(|last| {
            let passed = step.part - last.part;
            last.part_unit == step.part_unit
                && last.file_unit == step.file_unit
                && passed.is_multiple_of(last.part_unit)
                && last.file + passed / last.part_unit * last.file_unit == step.file
        });
        if !goes_on {
            self.steps.push(step);
        }
    }

    /// Where in the file the unit begins that holds the byte `offset` of the part.
    fn start(&self, offset: usize) -> usize {
        self.unit(offset).map_or(0, |[start, _]| start)
    }

    /// Where in the file the unit ends that holds the last byte before `offset` of the part.
    fn end(&self, offset: usize) -> usize {
        self.unit(offset.saturating_sub(1))
            .map_or(0, |[_, end]| end)
    }

    fn unit(&self, offset: usize) -> Option<[usize; 2]> {
        let offset = offset as u32;
        let next = self.steps.partition_point(|step| step.part <= offset);
        let step = self.steps.get(next.saturating_sub(1))?;
        let units = offset.saturating_sub(step.part) / step.part_unit;
        let start = step.file + units * step.file_unit;
        Some([start as usize, (start + step.file_unit) as usize])
    }
}

/// Offsets of the line feeds.
fn line_feeds(bytes: &[u8]) -> Vec<usize> {
    memchr::memchr_iter(b'\n', bytes).collect()
}

/// Where something stands in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Locator {
    /// First and last line, counted from 1.
    pub lines: [u64; 2],
    /// First byte, and the byte after the last.
    pub bytes: [u64; 2],
}

impl SourceMap {
    /// A map for `decoded`, whose `runs` must begin at decoded offset 0, rise in both columns, and close with a run
    /// at the end of both.
    pub fn new(decoded: &str, runs: Vec<(usize, usize)>) -> Self {
        debug_assert!(runs.first().is_some_and(|run| run.0 == 0));
        debug_assert!(runs.last().is_some_and(|run| run.0 == decoded.len()));
        Self {
            runs,
            line_feeds: line_feeds(decoded.as_bytes()),
            whole: None,
            part: None,
        }
    }

    /// The same map, of a text that was decoded not from a file but from a part of one.
    pub fn inside(self, part: PartMap) -> Self {
        Self {
            part: Some(part),
            ..self
        }
    }

    /// A map that answers every question with `locator`.
    pub fn whole(locator: Locator) -> Self {
        Self {
            whole: Some(locator),
            ..Self::default()
        }
    }

    /// The place of a range of the decoded text. In a part that is carried as base64 the smallest place is what makes
    /// three bytes.
    pub fn locate(&self, range: &Range<usize>) -> Locator {
        if let Some(whole) = self.whole {
            return whole;
        }
        if let Some(part) = &self.part {
            let start = part.start(self.byte(range.start));
            let end = if range.is_empty() {
                start
            } else {
                part.end(self.byte(range.end))
            };
            let line = |offset| line_of(&part.line_feeds, offset);
            return Locator {
                lines: [line(start), line(end.saturating_sub(1).max(start))],
                bytes: [start as u64, end as u64],
            };
        }
        Locator {
            lines: [
                self.line(range.start),
                self.line(range.end.saturating_sub(1).max(range.start)),
            ],
            bytes: [self.byte(range.start) as u64, self.byte(range.end) as u64],
        }
    }

    /// The line, counted from 1, of an offset in the decoded text.
    pub fn line(&self, offset: usize) -> u64 {
        match (&self.whole, &self.part) {
            (Some(locator), _) => locator.lines[0],
            (None, Some(part)) => line_of(&part.line_feeds, part.start(self.byte(offset))),
            (None, None) => line_of(&self.line_feeds, offset),
        }
    }

    fn byte(&self, offset: usize) -> usize {
        let next = self.runs.partition_point(|run| run.0 <= offset);
        match next.checked_sub(1).and_then(|index| self.runs.get(index)) {
            Some((decoded, file)) => file + (offset - decoded),
            None => offset,
        }
    }
}

/// The line, counted from 1, on which `offset` stands.
fn line_of(line_feeds: &[usize], offset: usize) -> u64 {
    line_feeds.partition_point(|feed| *feed < offset) as u64 + 1
}
