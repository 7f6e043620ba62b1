//! One truth: who asks by the command, over HTTP or as an assistant gets the same hits, byte by byte.

use crate::mcp::{Assistant, text};
use crate::server::{Server, encoded};
use crate::support::Sandbox;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::Path;

/// How many queries are compared.
const QUERIES: usize = 200;

/// The hits of a document, on one line.
fn hits(document: &str) -> String {
    let document: Value = serde_json::from_str(document).unwrap();
    document["hits"].to_string()
}

/// Headings and titles of the sample articles, as they stand, put together and misspelt; and the queries of the golden file.
fn queries(sandbox: &Sandbox) -> Vec<String> {
    let golden = include_str!("../golden/queries.tsv").lines();
    let mut queries: BTreeSet<String> = golden
        .filter_map(|line| Some(line.split_once('\t')?.0.to_owned()))
        .collect();
    for article in sandbox.json(&["list", "--json"])["articles"]
        .as_array()
        .unwrap()
    {
        let title = article["title"].as_str().unwrap();
        queries.insert(title.to_owned());
        let shown = sandbox.json(&["show", "--json", article["id"].as_str().unwrap()]);
        for passage in shown["articles"][0]["passages"]
            .as_array()
            .unwrap()
            .iter()
            .step_by(2)
        {
            let path = passage["heading_path"].as_array().unwrap();
            if let Some(heading) = path.last().and_then(Value::as_str) {
                queries.insert(heading.to_owned());
                queries.insert(format!(
                    "{title} {}",
                    heading.to_lowercase().replacen('e', "", 1)
                ));
            }
        }
    }
    let queries = queries.into_iter().filter(|query| !query.starts_with('-'));
    queries.take(QUERIES).collect()
}

#[test]
fn the_command_the_api_and_the_tools_give_the_same_hits() {
    let sandbox = Sandbox::new();
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    sandbox.ok(&["index", corpus.to_str().unwrap()]);
    let queries = queries(&sandbox);
    assert_eq!(queries.len(), QUERIES);
    let server = Server::start(&sandbox, &["--log", "off"]);
    let mut client = server.client();
    let mut assistant = Assistant::start(&sandbox);
    let mut found = 0;
    for query in &queries {
        let printed = sandbox.run(&["search", "--json", "--", query]);
        let answer = client.get(&format!("/api/search?q={}", encoded(query)), &[]);
        assert_eq!(answer.text(), printed.stdout, "{query}");
        let arguments = json!({"query": query, "max_characters": 400_000});
        let result = assistant.call("search", arguments);
        let command = hits(&printed.stdout);
        let told = format!(",\"hits\":{command},\"warnings\":");
        assert!(text(&result).contains(&told), "{query}: {result}");
        assert_eq!(
            result["structuredContent"]["hits"].to_string(),
            command,
            "{query}"
        );
        found += usize::from(command != "[]");
    }
    assert!(found > QUERIES * 9 / 10, "{found}");
}
