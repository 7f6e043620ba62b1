//! The tools for assistants: what they take, what they give, and where they stop.

use crate::server::Server;
use crate::support::{Sandbox, article};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

/// An assistant that talks to `ibid mcp`.
pub struct Assistant {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
    asked: u64,
}

impl Assistant {
    pub fn start(sandbox: &Sandbox) -> Self {
        let mut child = sandbox
            .command(&["mcp"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let input = child.stdin.take();
        let output = BufReader::new(child.stdout.take().unwrap());
        let mut assistant = Self {
            child,
            input,
            output,
            asked: 0,
        };
        let told = assistant.ask(
            "initialize",
            json!({"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}),
        );
        assert_eq!(told["result"]["serverInfo"]["name"], "ibid");
        assistant.send(&json!({"jsonrpc": "2.0", "method": "notifications/initialized"}));
        assistant
    }

    fn send(&mut self, message: &Value) {
        let input = self.input.as_mut().unwrap();
        writeln!(input, "{message}").unwrap();
        input.flush().unwrap();
    }

    pub fn ask(&mut self, method: &str, params: Value) -> Value {
        self.asked += 1;
        let mut message = json!({"jsonrpc": "2.0", "id": self.asked, "method": method});
        message["params"] = params;
        self.send(&message);
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        let answer: Value = serde_json::from_str(&line).unwrap();
        assert_eq!(answer["id"], self.asked);
        answer
    }

    pub fn call(&mut self, tool: &str, arguments: Value) -> Value {
        let mut params = json!({"name": tool});
        params["arguments"] = arguments;
        self.ask("tools/call", params)["result"].take()
    }
}

impl Drop for Assistant {
    fn drop(&mut self) {
        self.input = None;
        let _reaped = self.child.wait();
    }
}

/// The text of a result, which is the document too.
pub fn text(result: &Value) -> &str {
    assert_eq!(result["content"].as_array().unwrap().len(), 1);
    result["content"][0]["text"].as_str().unwrap()
}

fn document(result: &Value) -> Value {
    assert_eq!(result["isError"], false, "{result}");
    let document: Value = serde_json::from_str(text(result)).unwrap();
    assert_eq!(
        document.to_string(),
        result["structuredContent"].to_string()
    );
    document
}

fn refusal(result: &Value) -> &str {
    assert_eq!(result["isError"], true, "{result}");
    text(result)
}

const SECTIONS: usize = 30;

fn indexed() -> Sandbox {
    let sandbox = Sandbox::new();
    let texts: Vec<(String, String)> = (0..SECTIONS)
        .map(|number| {
            let word = format!("Part number {number} of what to know");
            (
                word,
                format!(
                    "Cramp advice {number}: {}",
                    "stretch and drink enough water. ".repeat(8)
                ),
            )
        })
        .collect();
    let sections: Vec<(&str, &str)> = texts
        .iter()
        .map(|(a, b)| (a.as_str(), b.as_str()))
        .collect();
    sandbox.write("kb/long.txt", article("Everything About Cramps", &sections));
    sandbox.write(
        "other/short.txt",
        article("Night Cramps", &[("What helps", "Stretch the calf.")]),
    );
    sandbox.ok(&["index", "kb", "other"]);
    sandbox
}

#[test]
fn every_tool_says_what_it_takes_and_that_it_changes_nothing() {
    let sandbox = indexed();
    let mut assistant = Assistant::start(&sandbox);
    let listed = assistant.ask("tools/list", json!({}));
    let tools = listed["result"]["tools"].as_array().unwrap();
    let names: Vec<&str> = tools
        .iter()
        .map(|tool| tool["name"].as_str().unwrap())
        .collect();
    assert_eq!(
        names,
        ["search", "get_passage", "get_article", "list_sources"]
    );
    for tool in tools {
        assert_eq!(tool["annotations"]["readOnlyHint"], true);
        assert!(tool["description"].as_str().unwrap().len() > 100);
        for schema in ["inputSchema", "outputSchema"] {
            assert_eq!(tool[schema]["type"], "object");
            jsonschema::validator_for(&tool[schema]).unwrap();
        }
        for argument in tool["inputSchema"]["properties"]
            .as_object()
            .unwrap()
            .values()
        {
            assert!(argument["description"].is_string(), "{tool}");
        }
    }
    // What is given is what was promised.
    for (tool, arguments) in [
        ("search", json!({"query": "cramp", "limit": 2})),
        ("search", json!({"query": "zzqqxx"})),
        (
            "get_passage",
            json!({"id": "other/short.txt#what-helps", "context": 1}),
        ),
        ("get_article", json!({"id": "kb/long.txt"})),
        ("list_sources", json!({})),
    ] {
        let schema = tools.iter().find(|known| known["name"] == tool).unwrap();
        let result = document(&assistant.call(tool, arguments));
        let validator = jsonschema::validator_for(&schema["outputSchema"]).unwrap();
        if let Err(error) = validator.validate(&result) {
            panic!("{tool}: {error}");
        }
    }
}

#[test]
fn a_search_gives_what_has_room_and_says_how_to_go_on() {
    let sandbox = indexed();
    let mut assistant = Assistant::start(&sandbox);
    let whole = sandbox.json(&["search", "--json", "-n50", "--no-fold", "stretch"]);
    assert!(whole["hits"].as_array().unwrap().len() > 20);
    let mut seen = Vec::new();
    let mut offset = 0;
    loop {
        let result = assistant.call(
            "search",
            json!({"query": "stretch", "limit": 20, "offset": offset, "max_characters": 4000}),
        );
        assert!(text(&result).chars().count() <= 4000);
        let part = document(&result);
        let hits = part["hits"].as_array().unwrap();
        seen.extend(
            hits.iter()
                .map(|hit| hit["id"].as_str().unwrap().to_owned()),
        );
        let Some(next) = part["next_offset"].as_u64() else {
            break;
        };
        assert_eq!(next, offset + hits.len() as u64);
        offset = next;
    }
    let folded = sandbox.json(&["search", "--json", "-n50", "stretch"]);
    let folded: Vec<&str> = folded["hits"]
        .as_array()
        .unwrap()
        .iter()
        .map(|hit| hit["id"].as_str().unwrap())
        .collect();
    assert_eq!(seen, folded);
    let only =
        document(&assistant.call("search", json!({"query": "stretch", "sources": ["other"]})));
    assert_eq!(only["hits"].as_array().unwrap().len(), 1);
    assert!(only["next_offset"].is_null());
}

#[test]
fn nothing_found_is_said_and_what_to_do_about_it() {
    let sandbox = indexed();
    let mut assistant = Assistant::start(&sandbox);
    let result = document(&assistant.call("search", json!({"query": "zzqqxx"})));
    assert_eq!(result["hits"], json!([]));
    assert!(result["advice"].as_str().unwrap().contains("say so"));
}

#[test]
fn a_passage_comes_with_as_many_neighbours_as_have_room() {
    let sandbox = indexed();
    let mut assistant = Assistant::start(&sandbox);
    let id = "kb/long.txt#part-number-10-of-what-to-know";
    let passages = |result: &Value| result["articles"][0]["passages"].as_array().unwrap().len();
    let alone = document(&assistant.call("get_passage", json!({"id": id})));
    assert_eq!(passages(&alone), 1);
    let wide = document(&assistant.call("get_passage", json!({"id": id, "context": 3})));
    assert_eq!(passages(&wide), 7);
    let result = assistant.call(
        "get_passage",
        json!({"id": id, "context": 10, "max_characters": 3000}),
    );
    assert!(text(&result).chars().count() <= 3000);
    let narrow = document(&result);
    assert!((1..21).contains(&passages(&narrow)));
    assert_eq!(narrow["left_out"], 21 - passages(&narrow));
}

#[test]
fn a_long_article_comes_in_parts() {
    let sandbox = indexed();
    let mut assistant = Assistant::start(&sandbox);
    let whole = sandbox.json(&["show", "--json", "kb/long.txt"]);
    let whole = whole["articles"][0]["passages"].as_array().unwrap();
    let (mut seen, mut offset) = (Vec::new(), 0);
    loop {
        let result = assistant.call(
            "get_article",
            json!({"id": "kb/long.txt", "offset": offset, "max_characters": 5000}),
        );
        assert!(text(&result).chars().count() <= 5000);
        let part = document(&result);
        seen.extend(
            part["articles"][0]["passages"]
                .as_array()
                .unwrap()
                .iter()
                .cloned(),
        );
        let Some(next) = part["next_offset"].as_u64() else {
            break;
        };
        offset = next;
    }
    assert!(offset > 0);
    assert_eq!(&seen, whole);
}

#[test]
fn what_cannot_be_done_is_told_so_that_a_model_can_mend_it() {
    let sandbox = indexed();
    let mut assistant = Assistant::start(&sandbox);
    for (tool, arguments, reason) in [
        ("search", json!({}), "missing field `query`"),
        ("search", json!({"query": " "}), "blank"),
        (
            "search",
            json!({"query": "a", "limit": 0}),
            "limit is a number from 1 to 50",
        ),
        (
            "search",
            json!({"query": "a", "top_k": 3}),
            "unknown field `top_k`",
        ),
        (
            "search",
            json!({"query": "a", "since": "yesterday"}),
            "since is a day",
        ),
        ("search", json!({"query": "a".repeat(9000)}), "longer than"),
        (
            "search",
            json!({"query": "a", "max_characters": 10}),
            "max_characters is a number",
        ),
        (
            "get_passage",
            json!({"id": "nowhere"}),
            "no passage has the id",
        ),
        (
            "get_passage",
            json!({"id": "kb/long.txt"}),
            "which get_article gives",
        ),
        (
            "get_article",
            json!({"id": "nowhere"}),
            "no article has the id",
        ),
        (
            "get_article",
            json!({"id": "kb/long.txt#part-number-1-of-what-to-know"}),
            "no article has the id",
        ),
        (
            "get_article",
            json!({"id": "kb/long.txt", "offset": 1000}),
            "beyond them",
        ),
        ("list_sources", json!({"limit": 0}), "limit is a number"),
    ] {
        let result = assistant.call(tool, arguments);
        assert!(refusal(&result).contains(reason), "{tool}: {result}");
    }
    let unknown = assistant.ask("tools/call", json!({"name": "delete", "arguments": {}}));
    assert!(
        unknown["error"]["message"]
            .as_str()
            .unwrap()
            .contains("no tool"),
        "{unknown}"
    );
}

#[test]
fn sources_are_listed_by_name() {
    let sandbox = indexed();
    let mut assistant = Assistant::start(&sandbox);
    let first = document(&assistant.call("list_sources", json!({"limit": 1})));
    assert_eq!(first["total"], 2);
    assert_eq!(first["sources"][0]["name"], "kb");
    assert_eq!(first["next_offset"], 1);
    let second = document(&assistant.call("list_sources", json!({"offset": 1})));
    assert_eq!(second["sources"][0]["name"], "other");
    assert!(second["next_offset"].is_null());
    let far = json!({"offset": u64::MAX});
    assert_eq!(
        document(&assistant.call("list_sources", far))["sources"],
        json!([])
    );
}

#[test]
fn an_assistant_sees_what_is_committed_between_two_calls_and_holds_nobody_up() {
    let sandbox = indexed();
    let mut assistant = Assistant::start(&sandbox);
    let count = |assistant: &mut Assistant| {
        document(&assistant.call("search", json!({"query": "hiccups"})))["total"]
            .as_u64()
            .unwrap()
    };
    assert_eq!(count(&mut assistant), 0);
    sandbox.write(
        "kb/hiccups.txt",
        article("Hiccups", &[("What helps", "Hiccups pass.")]),
    );
    sandbox.ok(&["index", "kb", "--wait", "0"]);
    assert_eq!(count(&mut assistant), 1);
}

#[test]
fn over_http_each_message_is_answered_by_itself() {
    let sandbox = indexed();
    let server = Server::start(&sandbox, &["--log", "off"]);
    let message = json!({"jsonrpc": "2.0", "id": 7, "method": "tools/call", "params": {"name": "search", "arguments": {"query": "stretch", "limit": 3}}});
    let headers = [
        ("Content-Type", "application/json"),
        ("Accept", "application/json, text/event-stream"),
    ];
    let answer = server
        .client()
        .request("POST", "/mcp", &headers, message.to_string().as_bytes());
    assert_eq!(answer.status, 200, "{}", answer.text());
    let over_http = answer.json();
    assert_eq!(over_http["id"], 7);
    let mut assistant = Assistant::start(&sandbox);
    let over_stdio = assistant.call("search", json!({"query": "stretch", "limit": 3}));
    assert_eq!(over_http["result"], over_stdio);
    assert_eq!(server.get("/mcp").status, 405);
}
