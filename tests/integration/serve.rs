//! The HTTP API: the documents of the command line, for those who may ask.

use crate::http::encoded;
use crate::server::Server;
use crate::support::{Sandbox, article, cramps};
use serde_json::Value;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::time::Duration;

fn indexed() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("kb/cramps.txt", cramps());
    sandbox.write(
        "kb/back pain.md",
        "---\ntitle: Back pain\ndate: 2024-04-16\ntags: [back, muscles]\nurl: https://example.org/back\n---\n\n# Back pain\n\n## Rest\n\nA back spasm wants warmth and rest.\n\n## Work\n\nLift with the legs.\n\n## Doctor\n\nA numb leg wants a doctor.\n",
    );
    sandbox.ok(&["index", "kb"]);
    sandbox
}

fn sample() -> Sandbox {
    let sandbox = Sandbox::new();
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    sandbox.ok(&["index", corpus.to_str().unwrap()]);
    sandbox
}

#[test]
fn a_search_is_answered_with_the_bytes_that_the_command_prints() {
    let sandbox = sample();
    let server = Server::start(&sandbox, &[]);
    let mut client = server.client();
    let cases: [(&[&str], &str); 10] = [
        (&["back spasm"], "q=back+spasm"),
        (
            &["-n3", "--offset", "2", "charly horse"],
            "q=charly%20horse&n=3&offset=2",
        ),
        (&["--exact", "charly horse"], "q=charly%20horse&exact"),
        (
            &["--explain", "-n2", "leg cramp"],
            "q=leg+cramp&n=2&explain=true",
        ),
        (&["--facets", "cough"], "q=cough&facets=true"),
        (
            &[
                "--tag",
                "sleep",
                "--source",
                "corpus",
                "--since",
                "2022-01-01",
                "night",
            ],
            "q=night&tag=sleep&source=corpus&since=2022-01-01",
        ),
        (
            &["--per-article", "1", "--no-fold", "pain"],
            "q=pain&per_article=1&no_fold=true",
        ),
        (
            &["--like", "corpus/insomnia.md#body-and-medicines"],
            "like=corpus%2Finsomnia.md%23body-and-medicines",
        ),
        (
            &["charly horse", "--without", "leg cramp"],
            "q=charly+horse&without=leg%20cramp",
        ),
        (&["zzqqx"], "q=zzqqx"),
    ];
    for (args, query_string) in cases {
        let printed = sandbox.run(&[&["search", "--json"], args].concat());
        let answer = client.get(&format!("/api/search?{query_string}"), &[]);
        assert_eq!(answer.status, 200, "{}", answer.text());
        assert_eq!(answer.header("content-type"), Some("application/json"));
        assert_eq!(answer.text(), printed.stdout, "{query_string}");
    }
}

#[test]
fn what_is_stored_is_answered_with_the_bytes_that_the_command_prints() {
    let sandbox = indexed();
    let server = Server::start(&sandbox, &[]);
    let passage = "kb/back%20pain.md#work";
    for (args, target) in [
        (
            vec!["show", "--json", passage],
            format!("/api/passages/{}", encoded(passage)),
        ),
        (
            vec!["show", "--json", passage, "-C", "1"],
            "/api/passages/kb/back%2520pain.md%23work?context=1".to_owned(),
        ),
        (
            vec!["show", "--json", "kb/cramps.txt"],
            "/api/articles/kb/cramps.txt".to_owned(),
        ),
        (vec!["status", "--json"], "/api/status".to_owned()),
        (vec!["schema"], "/api/schema".to_owned()),
        (
            vec!["schema", "search"],
            "/api/schema?document=search".to_owned(),
        ),
    ] {
        let answer = server.get(&target);
        assert_eq!(answer.status, 200, "{target}: {}", answer.text());
        assert_eq!(answer.text(), sandbox.ok(&args).stdout, "{target}");
    }
    let with_context = sandbox.json(&["show", "--json", passage, "-C", "1"]);
    let passages = with_context["articles"][0]["passages"].as_array().unwrap();
    assert_eq!(passages.len(), 3);
    // The id of one is not that of the other.
    assert_eq!(
        server
            .get("/api/articles/kb/back%2520pain.md%23work")
            .status,
        404
    );
    assert_eq!(server.get("/api/passages/kb/cramps.txt").status, 404);
}

#[test]
fn what_cannot_be_answered_is_told_as_a_problem() {
    let sandbox = indexed();
    let server = Server::start(&sandbox, &[]);
    let long = format!("/api/search?q={}", "a".repeat(9000));
    for (target, status, detail) in [
        ("/api/search", 400, "there is no query"),
        ("/api/search?q=%20", 400, "blank"),
        ("/api/search?q=a&n=0", 400, "n is a number from 1 to 100"),
        ("/api/search?q=a&limit=5", 400, "unknown parameter"),
        ("/api/search?q=%ff", 400, "UTF-8"),
        ("/api/search?like=nowhere", 404, "no passage has the id"),
        (long.as_str(), 400, "longer than"),
        (
            "/api/passages/nowhere",
            404,
            "no passage has the id \"nowhere\"",
        ),
        ("/api/passages/x?context=x", 400, "context is a number"),
        ("/api/articles/nowhere", 404, "no article has the id"),
        ("/api/schema?document=none", 400, "document is one of"),
        ("/api/nowhere", 404, "there is nothing at /api/nowhere"),
    ] {
        let answer = server.get(target);
        assert_eq!(answer.status, status, "{target}");
        assert_eq!(
            answer.header("content-type"),
            Some("application/problem+json")
        );
        let problem = answer.json();
        assert_eq!(problem["status"], status);
        assert!(
            problem["detail"].as_str().unwrap().contains(detail),
            "{problem}"
        );
    }
    let mut client = server.client();
    for method in ["POST", "PUT", "DELETE", "PATCH"] {
        let answer = client.request(method, "/api/status", &[], b"");
        assert_eq!(answer.status, 405, "{method}");
        assert!(answer.header("allow").unwrap().contains("GET"));
    }
    assert_eq!(client.request("HEAD", "/api/status", &[], b"").status, 200);
    let huge = vec![b'x'; 300 << 10];
    assert_eq!(
        client
            .request(
                "POST",
                "/mcp",
                &[
                    ("Content-Type", "application/json"),
                    ("Accept", "application/json, text/event-stream")
                ],
                &huge
            )
            .status,
        413
    );
}

#[test]
fn an_answer_that_is_known_is_not_sent_again_until_something_is_committed() {
    let sandbox = indexed();
    let server = Server::start(&sandbox, &[]);
    let mut client = server.client();
    let first = client.get("/api/search?q=cramps", &[]);
    let tag = first.header("etag").unwrap().to_owned();
    assert!(tag.starts_with("W/\"1-"), "{tag}");
    let known = [("If-None-Match", tag.as_str())];
    assert_eq!(client.get("/api/search?q=cramps", &known).status, 304);
    sandbox.write(
        "kb/more.txt",
        article("Calf cramps", &[("Sport", "Cramps in sport.")]),
    );
    sandbox.ok(&["index", "kb"]);
    let second = client.get("/api/search?q=cramps", &known);
    assert_eq!(second.status, 200);
    assert_eq!(second.json()["index"]["generation"], 2);
    assert_ne!(second.header("etag"), Some(tag.as_str()));
    // A vocabulary is part of what is searched, and no commit.
    assert_eq!(client.get("/api/search?q=zork", &[]).json()["total"], 0);
    sandbox.write("house.txt", "zork, cramp\n");
    sandbox.ok(&["vocabulary", "import", "house.txt"]);
    let third = client.get("/api/search?q=zork", &[]).json();
    assert!(third["total"].as_u64().unwrap() > 0, "{third}");
    // An index that is gone is searched as it was until there is another.
    std::fs::rename(sandbox.path().join("index"), sandbox.path().join("away")).unwrap();
    assert_eq!(client.get("/api/search?q=cramps", &[]).status, 200);
    assert_eq!(client.get("/health", &[]).status, 200);
    sandbox.ok(&["index", "kb"]);
    let anew = client.get("/api/search?q=cramps", &[]).json();
    assert_eq!(anew["index"]["generation"], 1);
}

#[test]
fn answers_are_compressed_where_the_client_reads_that() {
    let sandbox = indexed();
    let server = Server::start(&sandbox, &[]);
    let mut client = server.client();
    let plain = client.get("/api/search?q=cramps", &[]);
    let packed = client.get("/api/search?q=cramps", &[("Accept-Encoding", "gzip")]);
    assert_eq!(packed.header("content-encoding"), Some("gzip"));
    assert_eq!(packed.body[..2], [0x1f, 0x8b]);
    assert!(packed.body.len() < plain.body.len());
    assert_eq!(
        plain.header("vary").map(str::to_lowercase).as_deref(),
        Some("accept-encoding")
    );
}

#[test]
fn only_who_calls_it_by_its_name_from_its_own_pages_is_answered() {
    let sandbox = indexed();
    let server = Server::start(&sandbox, &["--allow-host", "kb.example"]);
    let mut client = server.client();
    let port = server.address.port();
    let local = format!("localhost:{port}");
    let (own, other) = (
        format!("http://{local}"),
        format!("http://localhost:{}", port ^ 1),
    );
    for (host, origin, status) in [
        (local.as_str(), None, 200),
        ("kb.example", None, 200),
        ("kb.example", Some("https://kb.example"), 200),
        (&local, Some(own.as_str()), 200),
        (&local, Some(other.as_str()), 403),
        (&local, Some("http://evil.example"), 403),
        (&local, Some("null"), 403),
        ("evil.example", None, 421),
        ("evil.example", Some("http://evil.example"), 421),
        ("192.0.2.7", None, 421),
    ] {
        for target in ["/api/status", "/", "/mcp", "/nowhere"] {
            let mut headers = vec![("Host", host)];
            headers.extend(origin.map(|origin| ("Origin", origin)));
            let answer = client.get(target, &headers);
            let refused = matches!(answer.status, 403 | 421);
            assert_eq!(
                refused,
                status != 200,
                "{host} {origin:?} {target}: {}",
                answer.status
            );
            if refused {
                assert_eq!(answer.status, status);
            }
        }
    }
    // A load balancer calls it by whatever name it likes, and learns nothing.
    assert_eq!(client.get("/health", &[("Host", "10.1.2.3")]).status, 200);
}

#[test]
fn a_token_has_to_be_given_where_there_is_one() {
    let sandbox = indexed();
    let server = Server::of(sandbox.command(&["serve"]).env("IBID_TOKEN", "s3cret"));
    let mut client = server.client();
    for target in ["/api/status", "/", "/mcp", "/api/openapi.json"] {
        let refused = client.get(target, &[]);
        assert_eq!(refused.status, 401, "{target}");
        assert!(
            refused
                .header("www-authenticate")
                .unwrap()
                .contains("Bearer")
        );
        assert_eq!(
            client
                .get(target, &[("Authorization", "Bearer wrong")])
                .status,
            401
        );
    }
    let given = [("Authorization", "Bearer s3cret")];
    assert_eq!(client.get("/api/status", &given).status, 200);
    assert_eq!(client.get("/health", &[]).status, 200);
    let empty = sandbox
        .command(&["serve"])
        .env("IBID_TOKEN", "")
        .output()
        .unwrap();
    assert_eq!(empty.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&empty.stderr).contains("IBID_TOKEN is empty"));
}

#[test]
fn what_is_asked_stays_out_of_the_log() {
    let sandbox = indexed();
    let server = Server::start(&sandbox, &[]);
    server.get("/api/search?q=secretillness");
    server.get("/api/passages/secretillness");
    server.get("/secretillness");
    let (log, code) = server.stop();
    assert_eq!(code, Some(0), "{log}");
    assert!(!log.contains("secretillness"), "{log}");
    let lines: Vec<Value> = log
        .lines()
        .filter(|line| line.starts_with('{'))
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines.len(), 3);
    assert_eq!(lines[0]["route"], "/api/search");
    assert_eq!(lines[0]["status"], 200);
    assert_eq!(lines[0]["client"], "127.0.0.1");
    assert_eq!(lines[2]["status"], 404);
    assert!(log.ends_with("ibid: stopped\n"), "{log}");
}

#[cfg(unix)]
#[test]
fn a_log_that_nobody_reads_holds_nobody_up() {
    let sandbox = indexed();
    let server = Server::start(&sandbox, &[]);
    let mut client = server.client();
    // A pipe holds some hundred lines.
    for _ in 0..6000 {
        assert_eq!(client.get("/health", &[]).status, 200);
    }
    assert_eq!(server.stop_unheard(), Some(0));
}

#[test]
fn what_is_not_there_is_not_there_whatever_the_client_has() {
    let sandbox = indexed();
    let server = Server::start(&sandbox, &[]);
    let mut client = server.client();
    let tag = client.get("/api/search?q=cramps", &[]);
    let tag = tag.header("etag").unwrap();
    for known in [tag, "*"] {
        let known = [("If-None-Match", known)];
        assert_eq!(client.get("/api/passages/nowhere", &known).status, 404);
        assert_eq!(client.get("/api/search", &known).status, 400);
        assert_eq!(client.get("/api/search?q=spasm", &known).status, 200);
    }
}

#[test]
fn whatever_refuses_a_request_says_so_as_a_problem() {
    let sandbox = indexed();
    let server = Server::start(&sandbox, &["--log", "off"]);
    let mut client = server.client();
    let body = vec![b'x'; 300 << 10];
    let none: &[u8] = b"";
    for (method, target, body, status) in [
        ("GET", "/api/passages/%ff", none, 400),
        ("GET", "/assets/%ff", none, 400),
        ("POST", "/", none, 405),
        ("POST", "/assets/page.js", none, 405),
        ("GET", "/mcp", none, 405),
        ("POST", "/mcp", &body, 413),
    ] {
        let headers = [("Accept", "application/json, text/event-stream")];
        let answer = client.request(method, target, &headers, body);
        assert_eq!(answer.status, status, "{method} {target}");
        let kind = answer.header("content-type");
        assert_eq!(kind, Some("application/problem+json"), "{method} {target}");
        assert_eq!(answer.json()["status"], status);
        client = server.client();
        let page = client.request(method, target, &[("Accept", "text/html")], body);
        let is_page = target != "/mcp" && !target.starts_with("/api");
        let kind = page
            .header("content-type")
            .unwrap()
            .starts_with("text/html");
        assert_eq!(kind, is_page, "{method} {target}");
        client = server.client();
    }
}

#[test]
fn what_is_under_way_is_answered_before_it_stops() {
    let sandbox = indexed();
    let server = Server::start(&sandbox, &["--log", "off"]);
    let mut idle = server.client();
    assert_eq!(idle.get("/health", &[]).status, 200);
    // Half a request holds nobody up for long.
    let mut half = TcpStream::connect(server.address).unwrap();
    half.write_all(b"GET /api/status HTTP/1.1\r\nHost: lo")
        .unwrap();
    std::thread::sleep(Duration::from_millis(100));
    let (log, code) = server.stop();
    assert_eq!(code, Some(0));
    assert_eq!(log, "ibid: stopped\n");
    half.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    let mut rest = Vec::new();
    let _reset_or_closed = half.read_to_end(&mut rest);
    assert!(TcpStream::connect(idle.address).is_err());
}

#[test]
fn bytes_that_are_no_request_end_the_connection_and_nothing_else() {
    let sandbox = indexed();
    let server = Server::start(&sandbox, &["--log", "off"]);
    let long_head = format!(
        "GET / HTTP/1.1\r\nHost: localhost\r\nX: {}\r\n\r\n",
        "a".repeat(200_000)
    );
    for bytes in [
        b"\x16\x03\x01\x02\x00\x01\x00".as_slice(),
        b"\r\n\r\n\r\n",
        b"GET\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET /\0 HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET /%zz HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET //evil.example/ HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET http://evil.example/ HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n",
        b"POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
        long_head.as_bytes(),
    ] {
        let mut stream = TcpStream::connect(server.address).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(10)))
            .unwrap();
        let _closed_early = stream.write_all(bytes);
        let _no_more = stream.shutdown(std::net::Shutdown::Write);
        let mut answer = Vec::new();
        let _closed = stream.read_to_end(&mut answer);
        let answer = String::from_utf8_lossy(&answer);
        assert!(
            answer.is_empty() || answer.starts_with("HTTP/1.1 4"),
            "{bytes:?}: {answer}"
        );
        assert_eq!(server.get("/health").status, 200);
    }
}

#[test]
fn a_server_needs_an_index_and_an_address() {
    let sandbox = Sandbox::new();
    let none = sandbox.run(&["serve"]);
    assert_eq!(none.code, 2);
    assert!(
        none.stderr.contains("there is no index at index"),
        "{}",
        none.stderr
    );
    let sandbox = indexed();
    let server = Server::start(&sandbox, &[]);
    let taken = sandbox.run(&["serve", "--listen", &server.address.to_string()]);
    assert_eq!(taken.code, 2);
    assert!(
        taken.stderr.contains("cannot listen on"),
        "{}",
        taken.stderr
    );
    for args in [
        ["--listen", "everywhere"],
        ["--allow-host", "http://kb.example"],
        ["--allow-host", "*"],
        ["--allow-host", ""],
    ] {
        assert_eq!(
            sandbox.run(&[&["serve"], &args[..]].concat()).code,
            2,
            "{args:?}"
        );
    }
}

#[test]
fn the_description_of_the_api_names_what_there_is() {
    let sandbox = indexed();
    let server = Server::start(&sandbox, &[]);
    let description = server.get("/api/openapi.json").json();
    assert_eq!(description["openapi"], "3.1.0");
    let paths = description["paths"].as_object().unwrap();
    assert_eq!(paths.len(), 7);
    for (path, what) in paths {
        let target = path.replace("{id}", "kb%2Fcramps.txt%23what-helps");
        let query = if path == "/api/search" { "?q=x" } else { "" };
        let answer = server.get(&format!("{target}{query}"));
        let status = answer.status.to_string();
        assert!(
            what["get"]["responses"][&status].is_object(),
            "{path}: {status}"
        );
    }
    // Every schema that is named is there.
    let text = description.to_string();
    for reference in text.split("\"#/components/schemas/").skip(1) {
        let name = reference.split('"').next().unwrap();
        assert!(
            description["components"]["schemas"][name].is_object(),
            "{name}"
        );
    }
}
