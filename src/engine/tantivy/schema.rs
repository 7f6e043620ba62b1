//! Which fields does an indexed passage have?

use super::tokens::ListReader;
use tantivy::Index;
use tantivy::schema::{
    FAST, Field, IndexRecordOption, STORED, Schema, TextFieldIndexing, TextOptions,
};
use tantivy::tokenizer::{RAW_TOKENIZER_NAME, TextAnalyzer};

const TOKENIZER: &str = "ibid";
const LEXICON_TOKENIZER: &str = "ibid_lexicon";

/// Name of the fast field that orders ties: the article's id.
pub(super) const ARTICLE: &str = "article";
/// Name of the fast field that orders ties within an article: the passage's place in it.
pub(super) const POSITION: &str = "position";
/// Name of the fast field with the terms of the article's names: a line each, a space between two.
pub(super) const NAME_TERMS: &str = "name_terms";
/// Name of the fast field with the day of publication, as the number YYYYMMDD.
pub(super) const PUBLISHED: &str = "published";

/// The fields of the schema.
#[derive(Clone, Copy)]
pub(super) struct Fields {
    /// The article's title, in every passage of it.
    pub(super) title: Field,
    /// The headings above the passage, a line each.
    pub(super) heading: Field,
    /// What the passage says.
    pub(super) text: Field,
    /// The article's id: to find and delete by, and to order ties.
    pub(super) article: Field,
    /// The passage's id.
    pub(super) passage: Field,
    /// The file it came from, to delete by.
    pub(super) file: Field,
    /// Its place in the article.
    pub(super) position: Field,
    /// The title and the other names of the article, a line each: to find by.
    pub(super) names: Field,
    /// See [`NAME_TERMS`].
    pub(super) name_terms: Field,
    /// The words of the whole article as they are written, in its first passage only: a word's frequency is the number of
    /// articles that have it.
    pub(super) words: Field,
    /// In an article's first passage, each of its names whole: its terms, a space between two.
    pub(super) whole_name: Field,
    /// The name of its source, to filter by.
    pub(super) source: Field,
    /// The article's subject labels in lower case, to filter by.
    pub(super) tag: Field,
    /// See [`PUBLISHED`].
    pub(super) published: Field,
    /// The record, as `engine/stored.rs` writes it.
    pub(super) record: Field,
}

impl Fields {
    pub(super) fn schema() -> Schema {
        let mut schema = Schema::builder();
        let words = TextOptions::default().set_indexing_options(
            TextFieldIndexing::default()
                .set_tokenizer(TOKENIZER)
                .set_index_option(IndexRecordOption::WithFreqsAndPositions),
        );
        let unmeasured = TextOptions::default().set_indexing_options(
            TextFieldIndexing::default()
                .set_tokenizer(TOKENIZER)
                .set_fieldnorms(false)
                .set_index_option(IndexRecordOption::WithFreqsAndPositions),
        );
        let once = |tokenizer: &str| {
            TextOptions::default().set_indexing_options(
                TextFieldIndexing::default()
                    .set_tokenizer(tokenizer)
                    .set_fieldnorms(false)
                    .set_index_option(IndexRecordOption::Basic),
            )
        };
        let whole = || {
            TextOptions::default().set_indexing_options(
                TextFieldIndexing::default()
                    .set_tokenizer(RAW_TOKENIZER_NAME)
                    .set_fieldnorms(false)
                    .set_index_option(IndexRecordOption::Basic),
            )
        };
        // No score is made from how long titles and ids are.
        schema.add_text_field("title", unmeasured);
        schema.add_text_field("heading", words.clone());
        schema.add_text_field("text", words);
        schema.add_text_field(ARTICLE, whole().set_fast(RAW_TOKENIZER_NAME));
        schema.add_text_field("passage", whole());
        schema.add_text_field("file", whole());
        schema.add_u64_field(POSITION, FAST);
        schema.add_text_field("names", once(TOKENIZER));
        schema.add_text_field(
            NAME_TERMS,
            TextOptions::default().set_fast(RAW_TOKENIZER_NAME),
        );
        schema.add_text_field("words", once(LEXICON_TOKENIZER));
        schema.add_text_field("whole_name", whole());
        schema.add_text_field("source", whole());
        schema.add_text_field("tag", whole());
        schema.add_u64_field(PUBLISHED, FAST);
        schema.add_text_field("record", STORED);
        schema.build()
    }

    /// The fields of a schema that [`Fields::schema`] built.
    pub(super) fn of(schema: &Schema) -> Self {
        let field = |name: &str| {
            schema
                .get_field(name)
                .unwrap_or_else(|_| unreachable!("the marker vouches for the field {name}"))
        };
        Self {
            title: field("title"),
            heading: field("heading"),
            text: field("text"),
            article: field(ARTICLE),
            passage: field("passage"),
            file: field("file"),
            position: field(POSITION),
            names: field("names"),
            name_terms: field(NAME_TERMS),
            words: field("words"),
            whole_name: field("whole_name"),
            source: field("source"),
            tag: field("tag"),
            published: field(PUBLISHED),
            record: field("record"),
        }
    }
}

/// Makes `index` read the lists of tokens that its texts come as; see `tokens`.
pub(super) fn register_tokenizers(index: &Index) {
    for name in [TOKENIZER, LEXICON_TOKENIZER] {
        index
            .tokenizers()
            .register(name, TextAnalyzer::from(ListReader));
    }
}
