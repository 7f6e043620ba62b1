//! How does an article become what tantivy adds? Its words are told apart and its records are written, by whichever thread reads it.

use super::room::Taken;
use super::schema::Fields;
use super::tokens::{LexiconWords, list_terms};
use crate::engine::names::{Names, day_number};
use crate::engine::{ArticleEntry, Prepared, Preparer, stored};
use crate::passage::Passage;
use std::iter::Empty;
use std::sync::Arc;
use tantivy::schema::Field;
use tantivy::schema::document::{Document, ReferenceValue, ReferenceValueLeaf, Value};

/// Makes articles ready for the writer of an index with these fields.
pub(super) struct TantivyPreparer {
    pub(super) fields: Fields,
}

/// The passages of an article, ready to be added, or why they are not.
pub(super) type Ready = serde_json::Result<Vec<ReadyPassage>>;

impl Preparer for TantivyPreparer {
    fn prepare(&self, file: &str, article: &ArticleEntry, passages: &[Passage]) -> Prepared {
        let ready: Ready = self.passages(file, article, passages);
        Prepared::new(article, ready)
    }
}

impl TantivyPreparer {
    fn passages(&self, file: &str, entry: &ArticleEntry, passages: &[Passage]) -> Ready {
        let fields = &self.fields;
        let mut words = LexiconWords::default();
        let names = Names::of(entry, |terms| words.add(terms));
        let shared = self.of_article(file, entry, &names);
        let mut ready = Vec::with_capacity(passages.len());
        for passage in passages {
            let mut values = Vec::with_capacity(shared.len() + 6);
            values.extend(shared.iter().cloned());
            let headings = passage.heading_path.join("\n");
            let headings = list_terms(&headings, |terms| words.add(terms));
            let text = list_terms(&passage.text, |terms| words.add(terms));
            let record = stored::write(entry, passage)?;
            values.extend([
                (fields.heading, Content::Own(headings)),
                (fields.text, Content::Own(text)),
                (fields.passage, Content::Own(passage.id.clone())),
                (fields.position, Content::Number(passage.position.into())),
                (fields.record, Content::Own(record)),
            ]);
            ready.push(ReadyPassage { values, room: None });
        }
        let first = passages.iter().position(|passage| passage.position == 0);
        if let Some(first) = first.and_then(|at| ready.get_mut(at)) {
            let names = names.whole.into_iter();
            let names = names.map(|name| (fields.whole_name, Content::Own(name)));
            first.values.extend(names);
            let words = Content::Own(words.into_list());
            first.values.push((fields.words, words));
        }
        Ok(ready)
    }

    /// What is the same in all passages of an article.
    fn of_article(&self, file: &str, entry: &ArticleEntry, names: &Names) -> Vec<(Field, Content)> {
        let fields = &self.fields;
        let shared = |text: &str| Content::Shared(text.into());
        let mut values = vec![
            (fields.title, shared(&list_terms(&entry.title, |_| {}))),
            (fields.names, shared(&list_terms(&names.text, |_| {}))),
            (fields.name_terms, shared(&names.terms)),
            (fields.article, shared(&entry.id)),
            (fields.file, shared(file)),
            (fields.source, shared(&entry.source)),
        ];
        let tags = entry.tags.iter();
        values.extend(tags.map(|tag| (fields.tag, shared(&tag.to_lowercase()))));
        if let Some(day) = entry.published.as_deref().and_then(day_number) {
            values.push((fields.published, Content::Number(day)));
        }
        values
    }
}

/// A passage, ready to be added.
pub(super) struct ReadyPassage {
    values: Vec<(Field, Content)>,
    /// Held until it is in the index.
    room: Option<Arc<Taken>>,
}

impl ReadyPassage {
    /// About how many bytes of memory it takes.
    pub(super) fn memory(&self) -> usize {
        let texts = self.values.iter().map(|(_, content)| match content {
            Content::Own(text) => text.capacity(),
            Content::Shared(_) | Content::Number(_) => 0,
        });
        texts.sum::<usize>() + self.values.len() * size_of::<(Field, Content)>()
    }

    /// Has it hold the room that its article takes.
    pub(super) fn hold(&mut self, room: &Arc<Taken>) {
        self.room = Some(Arc::clone(room));
    }
}

/// What stands in a field.
#[derive(Clone)]
enum Content {
    /// A text.
    Own(String),
    /// A text that other passages of the article have as well.
    Shared(Arc<str>),
    /// A number.
    Number(u64),
}

impl Document for ReadyPassage {
    type Value<'a> = ContentOf<'a>;
    type FieldsValuesIter<'a> = Contents<'a>;

    fn iter_fields_and_values(&self) -> Contents<'_> {
        Contents(self.values.iter())
    }
}

/// What stands in the fields of a passage.
pub(super) struct Contents<'a>(std::slice::Iter<'a, (Field, Content)>);

impl<'a> Iterator for Contents<'a> {
    type Item = (Field, ContentOf<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        let (field, content) = self.0.next()?;
        let content = match content {
            Content::Own(text) => ContentOf::Text(text),
            Content::Shared(text) => ContentOf::Text(text),
            Content::Number(number) => ContentOf::Number(*number),
        };
        Some((*field, content))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

/// What stands in a field, as tantivy looks at it.
#[derive(Clone, Copy, Debug)]
pub(super) enum ContentOf<'a> {
    Text(&'a str),
    Number(u64),
}

impl<'a> Value<'a> for ContentOf<'a> {
    type ArrayIter = Empty<Self>;
    type ObjectIter = Empty<(&'a str, Self)>;

    fn as_value(&self) -> ReferenceValue<'a, Self> {
        ReferenceValue::Leaf(match *self {
            Self::Text(text) => ReferenceValueLeaf::Str(text),
            Self::Number(number) => ReferenceValueLeaf::U64(number),
        })
    }
}
