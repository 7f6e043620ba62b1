//! What does one line of a JSON lines file say? Articles that were cut into sections before they came here.
//!
//! The form is that of CONTRACT.md, "Articles as JSON lines"; BEIR's `{"_id", "title", "text"}` is read as well. JSON
//! strings have no place of their own in the file: such an article is cited by its line.

use super::{Parsed, date, metadata};
use crate::article::{Block, BlockKind, MappedText, Section};
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

/// The article of one line.
#[derive(Debug)]
pub struct JsonArticle {
    /// The id it brought. Not empty; holds neither white space nor control characters.
    pub id: String,
    /// Everything else. Words have no places, and sections have the ids they brought.
    pub parsed: Parsed,
}

/// Reads one line, given with or without its line end. The error says what is wrong with the line and what is expected.
pub fn parse_line(line: &[u8]) -> Result<JsonArticle, String> {
    let line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line);
    let fields = match serde_json::from_slice::<Object<'_, ArticleFields<'_>>>(line) {
        Ok(Json::Object(fields)) => fields,
        Ok(other) => return Err(other.instead_of("the line", "an object, which is an article")),
        Err(error) => return Err(not_json(&error)),
    };
    let id = article_id(&fields)?;
    let mut parsed = Parsed {
        title: fields
            .title
            .into_text("\"title\"")?
            .map(|title| metadata::one_line(&title))
            .filter(|title| !title.is_empty()),
        url: fields.url.text().and_then(metadata::web_address),
        published: fields.published.text().and_then(date::find_date),
        ..Parsed::default()
    };
    metadata::add_labels(&mut parsed.aliases, fields.aliases.text());
    metadata::add_labels(&mut parsed.aliases, fields.aliases.texts_of_list());
    if let Some(tags) = fields.tags.text() {
        metadata::add_labels(&mut parsed.tags, tags.split(','));
    }
    metadata::add_labels(&mut parsed.tags, fields.tags.texts_of_list());
    parsed.sections = match fields.sections {
        Json::List(entries) => sections(entries)?,
        Json::Missing => {
            let text = fields.text.into_text("\"text\"")?;
            let text = text.ok_or("no \"sections\": expected a list of {\"heading\", \"text\"}")?;
            let section = section(Some(id.clone()), Vec::new(), &text);
            section.into_iter().collect()
        }
        other => {
            return Err(format!(
                "\"sections\" is not a list: it is {}",
                other.kind()
            ));
        }
    };
    Ok(JsonArticle { id, parsed })
}

fn not_json(error: &serde_json::Error) -> String {
    let message = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    let what = message.strip_suffix(&place).unwrap_or(&message);
    format!("not JSON: {what} (byte {} of the line)", error.column())
}

/// The article's id: `id`, or BEIR's `_id`, which may be a number.
fn article_id(fields: &ArticleFields<'_>) -> Result<String, String> {
    match (&fields.id, &fields.beir_id) {
        (Json::Missing, Json::Missing) => {
            Err("no \"id\": expected a string without white space".to_owned())
        }
        (Json::Missing, Json::Number(number)) => Ok(number.clone()),
        (Json::Missing, id) => checked_id(id, "\"_id\""),
        (id, _) => checked_id(id, "\"id\""),
    }
}

/// An id is printed in files whose columns white space separates.
fn checked_id(id: &Field<'_>, name: &str) -> Result<String, String> {
    let Json::Text(id) = id else {
        return Err(id.instead_of(name, "a string"));
    };
    if id.is_empty() {
        return Err(format!("{name} is empty"));
    }
    if id.contains(|c: char| c.is_whitespace() || c.is_control()) {
        return Err(format!(
            "{name} has white space or control characters in it: {id:?}"
        ));
    }
    Ok(id.clone().into_owned())
}

fn sections(entries: Vec<Object<'_, SectionFields<'_>>>) -> Result<Vec<Section>, String> {
    let mut sections = Vec::with_capacity(entries.len());
    for (index, entry) in entries.into_iter().enumerate() {
        let name = |field: &str| format!("\"{field}\" of section {}", index + 1);
        let Json::Object(fields) = entry else {
            return Err(entry.instead_of(&format!("section {}", index + 1), "an object"));
        };
        let id = match &fields.id {
            Json::Missing => None,
            Json::Text(id) if id.is_empty() => None,
            id => Some(checked_id(id, &name("id"))?),
        };
        let mut heading_path = Vec::new();
        let mut add = |heading: Option<Cow<'_, str>>| {
            heading_path.extend(heading.map(|heading| metadata::one_line(&heading)));
        };
        match fields.heading_path {
            Json::Missing => add(fields.heading.into_text(&name("heading"))?),
            Json::List(headings) => {
                for heading in headings {
                    add(heading.into_text(&name("heading_path"))?);
                }
            }
            other => return Err(other.instead_of(&name("heading_path"), "a list")),
        }
        heading_path.retain(|heading| !heading.is_empty());
        let text = fields.text.into_text(&name("text"))?.unwrap_or_default();
        sections.extend(section(id, heading_path, &text));
    }
    Ok(sections)
}

/// A section, unless it has neither text nor heading.
fn section(id: Option<String>, heading_path: Vec<String>, text: &str) -> Option<Section> {
    let blocks = blocks(text);
    (!blocks.is_empty() || !heading_path.is_empty()).then(|| Section {
        id,
        // Headings have six levels; a longer path is as deep as they go.
        level: heading_path.len().min(6) as u8,
        heading_path,
        anchor: None,
        blocks,
        source: 0..0,
    })
}

/// The blocks of a text. Where blank lines part its paragraphs, the lines of a paragraph are joined; where there is no
/// blank line, writers part paragraphs by a line feed, and every line is one.
fn blocks(text: &str) -> Vec<Block> {
    let text = text.trim();
    let joins = text.lines().any(|line| line.trim().is_empty());
    let mut blocks: Vec<Block> = Vec::new();
    // Whether the next line may go on with the last block.
    let mut open = false;
    for line in text.lines() {
        let words = line.trim();
        if words.is_empty() {
            open = false;
            continue;
        }
        let (kind, words) = match words.strip_prefix("- ") {
            Some(item) => (BlockKind::ListItem, item),
            None if is_row(words) => (BlockKind::TableRow, words),
            None => (BlockKind::Paragraph, words),
        };
        let words = MappedText::unmapped_line(metadata::one_line(words));
        if words.is_empty() {
            continue;
        }
        let indented = line.starts_with([' ', '\t']);
        match blocks.last_mut() {
            // A line under a list item belongs to it only where it is indented.
            Some(last)
                if joins
                    && open
                    && kind == BlockKind::Paragraph
                    && (last.kind == BlockKind::Paragraph
                        || last.kind == BlockKind::ListItem && indented) =>
            {
                last.text.append(&words);
            }
            _ => blocks.push(Block { kind, text: words }),
        }
        open = true;
    }
    blocks
}

fn is_row(line: &str) -> bool {
    line.split(" | ")
        .filter(|cell| !cell.trim_matches(['|', ' ']).is_empty())
        .nth(1)
        .is_some()
}

/// A JSON value whose type is looked at later, so that a wrong one is named, or ignored where nothing depends on it.
/// Items of a list are read as `L`, the fields of an object as `M`.
#[derive(Debug, Default)]
enum Json<'a, L, M> {
    /// Not there, or `null`.
    #[default]
    Missing,
    Text(Cow<'a, str>),
    Number(String),
    Boolean,
    List(Vec<L>),
    Object(M),
}

/// Where objects are nothing to be read, and items of a list are texts.
type Field<'a> = Json<'a, Item<'a>, IgnoredAny>;
type Item<'a> = Json<'a, IgnoredAny, IgnoredAny>;
type Sections<'a> = Json<'a, Object<'a, SectionFields<'a>>, IgnoredAny>;
type Object<'a, F> = Json<'a, IgnoredAny, F>;

impl<'a, L, M> Json<'a, L, M> {
    fn text(&self) -> Option<&str> {
        match self {
            Json::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The text of a field called `name` that must be a string, where it is there; a number is taken as it is written.
    fn into_text(self, name: &str) -> Result<Option<Cow<'a, str>>, String> {
        match self {
            Json::Missing => Ok(None),
            Json::Text(text) => Ok(Some(text)),
            Json::Number(number) => Ok(Some(Cow::Owned(number))),
            other => Err(other.instead_of(name, "a string")),
        }
    }

    fn instead_of(&self, name: &str, expected: &str) -> String {
        format!("{name} is {}, expected {expected}", self.kind())
    }

    fn kind(&self) -> &'static str {
        match self {
            Json::Missing => "null",
            Json::Text(_) => "a string",
            Json::Number(_) => "a number",
            Json::Boolean => "a boolean",
            Json::List(_) => "a list",
            Json::Object(_) => "an object",
        }
    }
}

impl Field<'_> {
    /// The texts of a list; what else it holds is passed over.
    fn texts_of_list(&self) -> impl Iterator<Item = &str> {
        let items = match self {
            Json::List(items) => items.as_slice(),
            _ => &[],
        };
        items.iter().filter_map(Json::text)
    }
}

impl<'de, L: Deserialize<'de>, M: Fields<'de>> Deserialize<'de> for Json<'de, L, M> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(JsonVisitor(PhantomData))
    }
}

struct JsonVisitor<L, M>(PhantomData<(L, M)>);

impl<'de, L: Deserialize<'de>, M: Fields<'de>> Visitor<'de> for JsonVisitor<L, M> {
    type Value = Json<'de, L, M>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON value")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Json::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Json::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Self::Value, E> {
        Ok(Json::Number(number.to_string()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Self::Value, E> {
        Ok(Json::Number(number.to_string()))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Self::Value, E> {
        Ok(Json::Number(number.to_string()))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
        Ok(Json::Boolean)
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Json::Missing)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = list.next_element()? {
            items.push(item);
        }
        Ok(Json::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut fields = M::default();
        while let Some(name) = map.next_key::<Item<'de>>()? {
            fields.read(name.text().unwrap_or_default(), &mut map)?;
        }
        Ok(Json::Object(fields))
    }
}

/// The fields of an object. Of a name that comes twice the last counts, as in most JSON readers.
trait Fields<'de>: Default {
    /// Reads the value of the field `name`.
    fn read<A: MapAccess<'de>>(&mut self, name: &str, map: &mut A) -> Result<(), A::Error>;
}

impl<'de> Fields<'de> for IgnoredAny {
    fn read<A: MapAccess<'de>>(&mut self, _: &str, map: &mut A) -> Result<(), A::Error> {
        map.next_value::<IgnoredAny>().map(|_| ())
    }
}

#[derive(Debug, Default)]
struct ArticleFields<'a> {
    id: Field<'a>,
    beir_id: Field<'a>,
    title: Field<'a>,
    url: Field<'a>,
    published: Field<'a>,
    aliases: Field<'a>,
    tags: Field<'a>,
    sections: Sections<'a>,
    text: Field<'a>,
}

impl<'de> Fields<'de> for ArticleFields<'de> {
    fn read<A: MapAccess<'de>>(&mut self, name: &str, map: &mut A) -> Result<(), A::Error> {
        match name {
            "id" => self.id = map.next_value()?,
            "_id" => self.beir_id = map.next_value()?,
            "title" => self.title = map.next_value()?,
            "url" => self.url = map.next_value()?,
            "published" => self.published = map.next_value()?,
            "aliases" => self.aliases = map.next_value()?,
            "tags" => self.tags = map.next_value()?,
            "sections" => self.sections = map.next_value()?,
            "text" => self.text = map.next_value()?,
            _ => IgnoredAny.read(name, map)?,
        }
        Ok(())
    }
}

#[derive(Debug, Default)]
struct SectionFields<'a> {
    id: Field<'a>,
    heading: Field<'a>,
    heading_path: Field<'a>,
    text: Field<'a>,
}

impl<'de> Fields<'de> for SectionFields<'de> {
    fn read<A: MapAccess<'de>>(&mut self, name: &str, map: &mut A) -> Result<(), A::Error> {
        match name {
            "id" => self.id = map.next_value()?,
            "heading" => self.heading = map.next_value()?,
            "heading_path" => self.heading_path = map.next_value()?,
            "text" => self.text = map.next_value()?,
            _ => IgnoredAny.read(name, map)?,
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> JsonArticle {
        parse_line(line.as_bytes()).expect("the line is an article")
    }

    fn error(line: &str) -> String {
        parse_line(line.as_bytes()).expect_err("the line is no article")
    }

    fn blocks_of(text: &str) -> Vec<(BlockKind, String)> {
        blocks(text)
            .into_iter()
            .map(|block| (block.kind, block.text.as_str().to_owned()))
            .collect()
    }

    #[test]
    fn an_article_brings_its_ids_and_what_it_says_of_itself() {
        let article = parse(
            r#"{"id": "hives-1", "title": "Hives \u2013 itchy welts", "url": "https://a.example/hives",
                "published": "2021-05-04T10:00:00Z", "aliases": ["welts", "welts"], "tags": "skin, allergy", "more": {"x": [1]},
                "sections": [{"id": "s1", "heading": "Relief", "text": "Cool the skin."},
                             {"heading_path": ["Relief", "At night"], "text": "Keep cool."},
                             {"text": "Elsewhere."}]}"#,
        );
        let parsed = &article.parsed;
        assert_eq!(article.id, "hives-1");
        assert_eq!(parsed.title.as_deref(), Some("Hives – itchy welts"));
        assert_eq!(parsed.url.as_deref(), Some("https://a.example/hives"));
        assert_eq!(parsed.published.as_deref(), Some("2021-05-04"));
        assert_eq!(parsed.aliases, ["welts"]);
        assert_eq!(parsed.tags, ["skin", "allergy"]);
        let ids: Vec<_> = parsed
            .sections
            .iter()
            .map(|section| section.id.as_deref())
            .collect();
        assert_eq!(ids, [Some("s1"), None, None]);
        let levels: Vec<_> = parsed
            .sections
            .iter()
            .map(|section| section.level)
            .collect();
        assert_eq!(levels, [1, 2, 0]);
        assert_eq!(parsed.sections[1].heading_path, ["Relief", "At night"]);
        assert_eq!(parsed.sections[0].text(), "Cool the skin.");
        assert_eq!(
            parsed.sections[0].blocks[0].text.source(),
            None,
            "the caller cites the line"
        );
    }

    #[test]
    fn what_is_no_date_or_web_address_is_passed_over() {
        let article = parse(
            r#"{"id": "a", "url": "javascript:x", "published": 2020, "aliases": null, "tags": {"a": 1}, "sections": []}"#,
        );
        assert_eq!((article.parsed.url, article.parsed.published), (None, None));
        assert_eq!(article.parsed.title, None);
        assert!(article.parsed.aliases.is_empty() && article.parsed.tags.is_empty());
    }

    #[test]
    fn a_line_of_beir_is_an_article_of_one_section_of_the_same_id() {
        for (line, id) in [
            (
                r#"{"_id": "d7", "title": "Gout", "text": "A swollen toe.", "metadata": {}}"#,
                "d7",
            ),
            (
                r#"{"_id": 7, "title": "Gout", "text": "A swollen toe."}"#,
                "7",
            ),
        ] {
            let article = parse(line);
            assert_eq!(article.id, id);
            let sections = &article.parsed.sections;
            assert_eq!(sections.len(), 1);
            assert_eq!(sections[0].id.as_deref(), Some(id));
            assert_eq!(
                (sections[0].level, sections[0].text().as_str()),
                (0, "A swollen toe.")
            );
        }
    }

    #[test]
    fn a_bad_line_is_told_what_is_wrong_with_it() {
        for (line, says) in [
            (
                "",
                "not JSON: EOF while parsing a value (byte 0 of the line)",
            ),
            (
                r#"{"id": "a", "sections": ["#,
                "not JSON: EOF while parsing a list",
            ),
            (
                r#"{"id": "a"} {"id": "b"}"#,
                "not JSON: trailing characters",
            ),
            ("[1, 2]", "the line is a list, expected an object"),
            ("null", "the line is null"),
            (r#"{"title": "a"}"#, "no \"id\""),
            (
                r#"{"id": 5, "sections": []}"#,
                "\"id\" is a number, expected a string",
            ),
            (r#"{"id": "", "sections": []}"#, "\"id\" is empty"),
            (r#"{"id": "a b", "sections": []}"#, "\"id\" has white space"),
            (
                r#"{"id": "a\u0007", "sections": []}"#,
                "control characters in it: \"a\\u{7}\"",
            ),
            (r#"{"id": "a"}"#, "no \"sections\""),
            (
                r#"{"id": "a", "sections": {}}"#,
                "\"sections\" is not a list: it is an object",
            ),
            (
                r#"{"id": "a", "sections": ["x"]}"#,
                "section 1 is a string, expected an object",
            ),
            (
                r#"{"id": "a", "sections": [{}, {"text": []}]}"#,
                "\"text\" of section 2 is a list",
            ),
            (
                r#"{"id": "a", "sections": [{"id": "x y"}]}"#,
                "\"id\" of section 1 has white space",
            ),
            (
                r#"{"id": "a", "sections": [{"heading_path": "x"}]}"#,
                "expected a list",
            ),
            (
                r#"{"id": "a", "title": ["x"], "sections": []}"#,
                "\"title\" is a list, expected a string",
            ),
        ] {
            let error = error(line);
            assert!(error.contains(says), "{line}: {error}");
        }
        assert!(
            parse_line(b"{\"id\": \"caf\xe9\"}").is_err_and(|error| error.starts_with("not JSON"))
        );
    }

    #[test]
    fn a_section_with_nothing_in_it_is_left_out_and_a_bare_heading_is_kept() {
        let article = parse(
            r#"{"id": "a", "sections": [{"id": "x", "text": " \n "}, {"heading": "Causes"}, {"heading": " ", "text": null},
                                        {"id": "", "heading": "More", "text": "- \n|"}]}"#,
        );
        let headings: Vec<_> = article
            .parsed
            .sections
            .iter()
            .map(Section::heading)
            .collect();
        assert_eq!(headings, [Some("Causes"), Some("More")]);
        assert_eq!(article.parsed.sections[0].text(), "");
        assert_eq!(article.parsed.sections[1].id, None, "an empty id is none");
    }

    #[test]
    fn ids_that_repeat_are_kept() {
        let article = parse(
            r#"{"id": "a", "sections": [{"id": "x", "text": "one"}, {"id": "x", "text": "two"}]}"#,
        );
        assert_eq!(article.parsed.sections.len(), 2);
    }

    #[test]
    fn the_last_of_two_fields_of_one_name_counts() {
        assert_eq!(
            parse(r#"{"id": "a", "i\u0064": "b", "sections": []}"#).id,
            "b"
        );
    }

    #[test]
    fn blank_lines_part_paragraphs_whose_lines_are_joined() {
        use BlockKind::{ListItem, Paragraph, TableRow};
        assert_eq!(
            blocks_of(
                "One\n line.\r\n\r\nTwo:\n- a\n  b\n- c\nThree.\nFour.\n\nSign | Mild\nThirst | yes\n"
            ),
            [
                (Paragraph, "One line.".to_owned()),
                (Paragraph, "Two:".to_owned()),
                (ListItem, "a b".to_owned()),
                (ListItem, "c".to_owned()),
                (Paragraph, "Three. Four.".to_owned()),
                (TableRow, "Sign | Mild".to_owned()),
                (TableRow, "Thirst | yes".to_owned()),
            ]
        );
    }

    #[test]
    fn without_blank_lines_every_line_is_a_paragraph() {
        use BlockKind::{ListItem, Paragraph};
        assert_eq!(
            blocks_of("\n\nOne.\nTwo:\n- a\n  - b\nThree | .\n"),
            [
                (Paragraph, "One.".to_owned()),
                (Paragraph, "Two:".to_owned()),
                (ListItem, "a".to_owned()),
                (ListItem, "b".to_owned()),
                (BlockKind::TableRow, "Three | .".to_owned()),
            ]
        );
    }

    #[test]
    fn deep_nesting_is_refused_and_not_followed() {
        let deep = "[".repeat(100_000);
        for line in [
            deep.clone(),
            format!(r#"{{"id": "a", "x": {deep}"#),
            format!(r#"{{"id": "a", "tags": {deep}"#),
            format!(r#"{{"id": "a", "sections": {deep}"#),
            format!(r#"{{"id": "a", "sections": {}"#, r#"[{"x":"#.repeat(50_000)),
        ] {
            assert!(error(&line).starts_with("not JSON"));
        }
    }
}
