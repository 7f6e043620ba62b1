//! How does a program learn what can be asked, and what comes back? From a description in OpenAPI 3.1.

use super::api::MOST_CONTEXT;
use super::parameters::{
    MOST_OFFSET, MOST_QUERY_LENGTH, MOST_RESULTS, MOST_VALUE_LENGTH, MOST_VALUES,
};
use super::problem::ProblemReport;
use crate::report::{Document, SearchReport, ShowReport, StatusReport};
use schemars::generate::{SchemaGenerator, SchemaSettings};
use schemars::{JsonSchema, Schema};
use serde_json::{Map, Value, json};

const COMPONENTS: &str = "/components/schemas";

/// The description.
pub(super) fn document() -> Value {
    let mut schemas = SchemaSettings::draft2020_12()
        .for_serialize()
        .with(|settings| settings.definitions_path = COMPONENTS.into())
        .into_generator();
    let search = reference::<SearchReport>(&mut schemas);
    let show = reference::<ShowReport>(&mut schemas);
    let status = reference::<StatusReport>(&mut schemas);
    let problem = reference::<ProblemReport>(&mut schemas);
    let answers = Answers { problem };
    let paths = json!({
        "/api/search": get(
            "search",
            "Ranked passages for what a person typed",
            "The same document as `ibid search --json` prints. A search that finds nothing is answered with `hits: []`. `like=ID` in \
             place of `q` asks for what belongs beside the passage with that id.",
            search_parameters(),
            answers.with(search, "What was found"),
        ),
        "/api/passages/{id}": get(
            "passage",
            "One passage",
            "The same document as `ibid show ID --json` prints. The id is percent-encoded.",
            vec![id("The id of a passage"), query(
                "context",
                "So many passages before and after it in its article too",
                &json!({"type": "integer", "minimum": 0, "maximum": MOST_CONTEXT, "default": 0}),
            )],
            answers.with(show.clone(), "The passage"),
        ),
        "/api/articles/{id}": get(
            "article",
            "All passages of one article",
            "The same document as `ibid show ID --json` prints. The id is percent-encoded.",
            vec![id("The id of an article")],
            answers.with(show, "The article, in reading order"),
        ),
        "/api/status": get(
            "status",
            "What the index holds",
            "The same document as `ibid status --json` prints.",
            Vec::new(),
            answers.with(status, "Its sources and its size"),
        ),
        "/api/schema": get(
            "schema",
            "The JSON Schema of a document",
            "The same document as `ibid schema` prints.",
            vec![query("document", "Which document", &json!({
                "type": "string",
                "enum": Document::all().iter().map(|known| known.name()).collect::<Vec<_>>(),
                "default": Document::Any.name(),
            }))],
            answers.of(json!({"type": "object"}), "A JSON Schema (2020-12)", &[]),
        ),
        "/api/openapi.json": get(
            "describe",
            "This description",
            "OpenAPI 3.1.",
            Vec::new(),
            answers.of(json!({"type": "object"}), "This description", &[]),
        ),
        super::guard::HEALTH: get(
            "health",
            "Whether the server can answer",
            "For a load balancer. Needs no token.",
            Vec::new(),
            answers.of(
                json!({
                    "type": "object",
                    "required": ["status"],
                    "properties": {
                        "status": {"enum": ["ok", "empty"]},
                    },
                }),
                "It can",
                &[],
            ),
        ),
    });
    let schemas: Map<String, Value> = schemas.take_definitions(true);
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "ibid",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": "Passages of articles, searched by what a person would type",
            "description": "Read-only. Answers are the documents of the command line, byte by byte; within a schema version fields are only ever added. The articles are no medical advice; cite them with `article`, `heading_path` and `link`.",
            "license": {"name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "security": [{}, {"bearer": []}, {"basic": []}],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "basic": {
                    "type": "http",
                    "scheme": "basic",
                    "description": "The same token as the password, for browsers.",
                },
                "bearer": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "Where the server was given a token.",
                },
            },
        },
    })
}

fn reference<T: JsonSchema>(schemas: &mut SchemaGenerator) -> Schema {
    schemas.subschema_for::<T>()
}

/// What a request can be answered with.
struct Answers {
    problem: Schema,
}

impl Answers {
    /// A document that follows from the index.
    fn with(&self, schema: Schema, description: &str) -> Value {
        let mut answers = self.of(schema.into(), description, &["404"]);
        answers["200"]["headers"] = json!({"ETag": {
            "description": "Stands for the state of the index that was asked",
            "schema": {"type": "string"},
        }});
        answers["304"] =
            json!({"description": "Nothing has changed since the state of `If-None-Match`"});
        answers
    }

    fn of(&self, schema: Value, description: &str, more: &[&str]) -> Value {
        let mut answers = json!({
            "200": {"description": description, "content": {"application/json": {}}},
        });
        answers["200"]["content"]["application/json"]["schema"] = schema;
        let known = [
            ("400", "The request cannot be understood"),
            ("401", "A token is needed"),
            ("403", "A foreign page asked"),
            ("404", "What was named is not there"),
            ("408", "The request took too long"),
            ("421", "The server does not go by this name"),
            ("500", "The index cannot be read"),
            (
                "503",
                "Too much is asked at once, or the index does not answer",
            ),
        ];
        for (status, description) in known {
            if status != "404" || more.contains(&status) {
                answers[status] = json!({
                    "description": description,
                    "content": {"application/problem+json": {"schema": &self.problem}},
                });
            }
        }
        // These are said before anybody has looked at the request.
        answers["414"] = json!({"description": "The address is longer than 64 KiB"});
        answers["431"] = json!({"description": "The head of the request is too long"});
        answers
    }
}

fn get(
    id: &str,
    summary: &str,
    description: &str,
    parameters: Vec<Value>,
    answers: Value,
) -> Value {
    let mut operation = json!({
        "operationId": id,
        "summary": summary,
        "description": description,
    });
    operation["parameters"] = parameters.into();
    operation["responses"] = answers;
    json!({"get": operation})
}

fn id(description: &str) -> Value {
    json!({
        "name": "id",
        "in": "path",
        "required": true,
        "description": description,
        "schema": {"type": "string", "minLength": 1},
    })
}

fn query(name: &str, description: &str, schema: &Value) -> Value {
    json!({"name": name, "in": "query", "description": description, "schema": schema})
}

/// What is not blank has a character that is no white space (Unicode, White_Space): what `\s` means differs from one engine to another.
const NOT_BLANK: &str = r"[^\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]";

fn search_parameters() -> Vec<Value> {
    // What a form sends of a field that was left empty is as if it had not been sent.
    let or_nothing = |schema: Value| json!({"anyOf": [schema, {"const": ""}]});
    let flag =
        || json!({"anyOf": [{"type": "boolean"}, {"enum": ["", "0", "1"]}], "default": false});
    let list = |name: &str, description: &str| {
        json!({
            "name": name,
            "in": "query",
            "description": description,
            "style": "form",
            "explode": true,
            "schema": {"type": "array", "items": {"type": "string", "maxLength": MOST_VALUE_LENGTH}, "maxItems": MOST_VALUES},
        })
    };
    let mut typed = query(
        "q",
        "What to search for: words, \"a phrase\", title:word, heading:word, -word",
        &json!({"type": "string", "minLength": 1, "maxLength": MOST_QUERY_LENGTH, "pattern": NOT_BLANK}),
    );
    typed["required"] = json!(true);
    typed["example"] = json!("charley horse at night");
    let number =
        |least: usize, most: usize| json!({"type": "integer", "minimum": least, "maximum": most});
    vec![
        typed,
        query(
            "n",
            "How many results (10 where it is not said)",
            &number(1, MOST_RESULTS),
        ),
        query(
            "offset",
            "How many results to leave out before the first",
            &number(0, MOST_OFFSET),
        ),
        list("source", "Only articles of one of these sources"),
        list("tag", "Only articles with one of these tags"),
        list("article", "Only these articles, by their ids"),
        query(
            "since",
            "Only articles published on this day or later",
            &or_nothing(json!({"type": "string", "format": "date"})),
        ),
        query(
            "per_article",
            "At most so many results from each article",
            &or_nothing(number(1, MOST_RESULTS)),
        ),
        query(
            "no_fold",
            "Keep passages that say the same as a better one",
            &flag(),
        ),
        query(
            "explain",
            "Say of each result what gave it its score",
            &flag(),
        ),
        query(
            "exact",
            "Search only for what was typed: no vocabulary, no correction",
            &flag(),
        ),
        list(
            "without",
            "Neither take a word for these nor search for them besides: of query.corrections and query.expansions",
        ),
        query(
            "facets",
            "Count how many passages match in each source, with each tag and of each year",
            &flag(),
        ),
    ]
}
