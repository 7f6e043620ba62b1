//! Which fields does an indexed passage have?

use crate::analysis;
use tantivy::Index;
use tantivy::schema::{
    FAST, Field, IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions,
};
use tantivy::tokenizer::{TextAnalyzer, Token, TokenStream, Tokenizer};

const TOKENIZER: &str = "ibid";

/// Name of the fast field that orders ties: the article's id.
pub(super) const ARTICLE: &str = "article";
/// Name of the fast field that orders ties within an article: the passage's place in it.
pub(super) const POSITION: &str = "position";
/// Name of the fast field with the number of different words of the title that carry meaning.
pub(super) const TITLE_WORDS: &str = "title_words";

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
    /// See [`TITLE_WORDS`].
    pub(super) title_words: Field,
    /// The record, as `stored` writes it.
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
        schema.add_text_field("title", words.clone());
        schema.add_text_field("heading", words.clone());
        schema.add_text_field("text", words);
        schema.add_text_field(ARTICLE, STRING | FAST);
        schema.add_text_field("passage", STRING);
        schema.add_text_field("file", STRING);
        schema.add_u64_field(POSITION, FAST);
        schema.add_u64_field(TITLE_WORDS, FAST);
        schema.add_bytes_field("record", STORED);
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
            title_words: field(TITLE_WORDS),
            record: field("record"),
        }
    }
}

/// Makes `index` split text as [`analysis`] does.
pub(super) fn register_tokenizer(index: &Index) {
    index
        .tokenizers()
        .register(TOKENIZER, TextAnalyzer::from(AnalysisTokenizer));
}

#[derive(Clone)]
struct AnalysisTokenizer;

struct AnalysisStream<'a> {
    stream: analysis::TokenStream<'a>,
    token: Token,
}

impl Tokenizer for AnalysisTokenizer {
    type TokenStream<'a> = AnalysisStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> AnalysisStream<'a> {
        AnalysisStream {
            stream: analysis::TokenStream::new(text),
            token: Token::default(),
        }
    }
}

impl TokenStream for AnalysisStream<'_> {
    fn advance(&mut self) -> bool {
        let Some(span) = self.stream.advance() else {
            return false;
        };
        self.token.offset_from = span.start;
        self.token.offset_to = span.end;
        self.token.position = self.stream.position() as usize;
        self.token.text.clear();
        self.token.text.push_str(self.stream.term());
        true
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}
