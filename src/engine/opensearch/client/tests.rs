//! Which host is asked, how often, and what is said when none answers? Small servers play the nodes.

mod answers;
mod tls;

use super::*;
use crate::engine::opensearch::cluster::{ClusterOptions, Password};
use serde_json::json;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// A request as a node got it.
#[derive(Clone, Debug, Default)]
struct Got {
    line: String,
    head: String,
    body: Vec<u8>,
}

/// A server that answers by a script, and holds what it was asked.
struct Node {
    address: String,
    got: Arc<Mutex<Vec<Got>>>,
}

/// Answers requests, and gives signs of life: `answer` is given the number of the request, and gives the bytes to send, or none to
/// close the connection.
fn node(answer: impl Fn(usize) -> Option<Vec<u8>> + Send + Sync + 'static) -> Node {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let got = Arc::new(Mutex::new(Vec::new()));
    let (asked, answer) = (Arc::clone(&got), Arc::new(answer));
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let (asked, answer) = (Arc::clone(&asked), Arc::clone(&answer));
            thread::spawn(move || {
                let mut reader = BufReader::new(stream.try_clone().unwrap());
                let mut stream = stream;
                while let Some(request) = read_request(&mut reader) {
                    if request.line.starts_with("HEAD / ") {
                        stream.write_all(&response(200, "", "")).unwrap();
                        continue;
                    }
                    let number = {
                        let mut asked = asked.lock().unwrap();
                        asked.push(request);
                        asked.len() - 1
                    };
                    let Some(bytes) = answer(number) else { return };
                    if stream.write_all(&bytes).is_err() {
                        return;
                    }
                }
            });
        }
    });
    Node { address, got }
}

fn read_request(reader: &mut BufReader<TcpStream>) -> Option<Got> {
    let mut got = Got::default();
    reader
        .read_line(&mut got.line)
        .ok()
        .filter(|read| *read > 0)?;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok().filter(|read| *read > 0)?;
        if line == "\r\n" {
            break;
        }
        got.head.push_str(&line.to_ascii_lowercase());
    }
    let length = got
        .head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "))
        .map_or(0, |length| length.parse().unwrap());
    got.body = vec![0; length];
    reader.read_exact(&mut got.body).ok()?;
    Some(got)
}

impl Node {
    fn asked(&self) -> usize {
        self.got.lock().unwrap().len()
    }
}

fn response(status: u16, head: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!("HTTP/1.1 {status} X\r\nContent-Length: {length}\r\n{head}\r\n{body}").into_bytes()
}

/// A node that always answers the same.
fn answering(status: u16, body: &'static str) -> Node {
    node(move |_| Some(response(status, "", body)))
}

/// A node that takes connections, and never says anything: as the system does for a process that is halted.
fn halted() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    (listener, address)
}

/// The address of a port at which nobody listens.
fn refusing() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    format!("http://{}", listener.local_addr().unwrap())
}

fn options() -> ClusterOptions {
    ClusterOptions {
        timeout: Duration::from_millis(300),
        patience: Duration::from_secs(2),
        ..ClusterOptions::default()
    }
}

fn client_with(hosts: &[&str], options: ClusterOptions) -> Client {
    let address = format!("{}/name", hosts.join(","));
    let client = Client::new(&Cluster::parse(&address, options).unwrap()).unwrap();
    // A test knows which comes first.
    client.latest.store(0, Ordering::Relaxed);
    client
}

fn client(hosts: &[&str]) -> Client {
    client_with(hosts, options())
}

fn get(client: &Client, again: Again) -> Result<Answer> {
    client.send(&Method::GET, "/_cat", Body::Empty, again)
}

#[test]
fn a_request_arrives_as_it_was_meant() {
    let server = answering(200, r#"{"ok":true}"#);
    let options = ClusterOptions {
        user: Some("me".to_owned()),
        password: Some(Password::new("pass:wörd".to_owned())),
        ..options()
    };
    let client = client_with(&[&server.address], options);
    let body = json!({"query": "ä"});
    let lines = b"{\"index\":{}}\n{}\n";
    for (method, path, body) in [
        (Method::GET, "/_cat/x?format=json", Body::Empty),
        (Method::POST, "/name/_refresh", Body::Empty),
        (Method::POST, "/name/_search", Body::Json(&body)),
        (Method::DELETE, "/_search/point_in_time", Body::Json(&body)),
        (Method::POST, "/_bulk", Body::Lines(lines)),
        (Method::PUT, "/name", Body::Empty),
    ] {
        let answer = client.send(&method, path, body, Again::Never).unwrap();
        assert_eq!(answer.status, 200);
        assert!(answer.is_success());
        assert_eq!(answer.json().unwrap(), json!({"ok": true}));
        let got = server.got.lock().unwrap().last().unwrap().clone();
        assert_eq!(got.line, format!("{method} {path} HTTP/1.1\r\n"));
        let (kind, bytes) = match body {
            Body::Empty => (None, Vec::new()),
            Body::Json(value) => (Some("application/json"), value.to_string().into_bytes()),
            Body::Lines(lines) => (Some("application/x-ndjson"), lines.to_vec()),
        };
        assert_eq!(got.body, bytes);
        let has = |line: &str| got.head.lines().any(|got| got == line);
        match kind {
            Some(kind) => assert!(has(&format!("content-type: {kind}")), "{got:?}"),
            None => assert!(!got.head.contains("content-type"), "{got:?}"),
        }
        assert!(!got.head.contains("transfer-encoding"), "{got:?}");
        assert!(has(concat!("user-agent: ibid/", env!("CARGO_PKG_VERSION"))));
        assert!(has("authorization: basic bwu6cgfzczp3w7zyza=="), "{got:?}");
    }
}

#[test]
fn connections_are_used_again() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let client = client(&[&address]);
    let server = thread::spawn(move || {
        let (stream, _) = listener.accept().unwrap();
        let mut reader = BufReader::new(stream.try_clone().unwrap());
        let mut stream = stream;
        for _ in 0..3 {
            read_request(&mut reader).unwrap();
            stream.write_all(&response(200, "", "{}")).unwrap();
        }
    });
    for _ in 0..3 {
        assert_eq!(get(&client, Again::Never).unwrap().status, 200);
    }
    server.join().unwrap();
}

#[test]
fn the_next_host_is_asked_where_one_fails_and_stays_the_first() {
    let good = answering(200, "{}");
    let client = client(&[&refusing(), &good.address]);
    let start = Instant::now();
    for again in [Again::Never, Again::Briefly, Again::Patiently] {
        assert_eq!(get(&client, again).unwrap().status, 200);
    }
    assert_eq!(good.asked(), 3);
    assert_eq!(client.order()[0].0, 1);
    assert!(start.elapsed() < Duration::from_millis(250));
}

#[test]
fn a_halted_host_holds_up_one_request_only() {
    let (good, (_listener, halted)) = (answering(200, "{}"), halted());
    let options = ClusterOptions {
        timeout: Duration::from_secs(60),
        ..options()
    };
    let client = client_with(&[&halted, &good.address], options);
    let start = Instant::now();
    for again in [Again::Never, Again::Briefly, Again::Patiently] {
        client.latest.store(0, Ordering::Relaxed);
        assert_eq!(get(&client, again).unwrap().status, 200);
    }
    assert_eq!(good.asked(), 3);
    let took = start.elapsed();
    assert!(
        took >= SIGN_OF_LIFE && took < SIGN_OF_LIFE * 3 / 2,
        "{took:?}"
    );
}

#[test]
fn who_is_slow_to_give_a_sign_of_life_is_asked_all_the_same() {
    let (mut one, mut other) = (halted(), halted());
    let client = client(&[&one.1, &other.1]);
    let servers = [&mut one, &mut other].map(|(listener, _)| {
        let listener = listener.try_clone().unwrap();
        thread::spawn(move || {
            // What was asked first is given up by the time that it is read.
            thread::sleep(Duration::from_millis(700));
            while let Ok((mut stream, _)) = listener.accept() {
                let mut reader = BufReader::new(stream.try_clone().unwrap());
                let request = read_request(&mut reader).unwrap();
                if request.line.starts_with("GET") {
                    stream.write_all(&response(200, "", "{}")).unwrap();
                    return;
                }
            }
        })
    });
    assert_eq!(get(&client, Again::Briefly).unwrap().status, 200);
    drop(servers);
}

#[test]
fn a_sign_of_life_is_asked_for_once_in_a_while() {
    let client = client(&["http://localhost:1", "http://localhost:2"]);
    let host = &client.hosts[0];
    assert!(!host.answered_lately(0));
    host.answered(0);
    assert!(host.answered_lately(9_999));
    assert!(!host.answered_lately(10_001));
    host.failed(20_000);
    assert!(!host.answered_lately(20_000));
}

#[test]
fn a_host_that_fails_is_avoided_longer_each_time_and_not_after_it_answered() {
    let client = client(&["http://localhost:1"]);
    let host = &client.hosts[0];
    let mut now = 0;
    for seconds in [5, 10, 20, 40, 60, 60] {
        host.failed(now);
        // At the same time, so it is the same failure.
        host.failed(now + 1);
        let until = host.avoided.load(Ordering::Relaxed);
        assert_eq!(until, now + seconds * 1000);
        now = until;
    }
    host.answered(1);
    assert_eq!(host.avoided.load(Ordering::Relaxed), 0);
    host.failed(0);
    assert_eq!(host.avoided.load(Ordering::Relaxed), 5000);
}

#[test]
fn who_was_avoided_is_asked_where_nobody_else_answers() {
    let good = answering(200, "{}");
    let client = client(&[&good.address, &refusing()]);
    client.hosts[0].failed(client.now());
    assert_eq!(client.order(), [(1, false), (0, true)]);
    assert_eq!(get(&client, Again::Briefly).unwrap().status, 200);
    assert_eq!(client.order(), [(0, false), (1, true)]);
}

#[test]
fn a_cluster_that_comes_back_is_waited_for() {
    for status in [429, 502, 503, 504] {
        let server = node(move |number| match number {
            0..3 => Some(response(status, "", "{}")),
            3 => None,
            4 => Some(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{".to_vec()),
            _ => Some(response(200, "", "{}")),
        });
        // What is announced as nine bytes and is one is waited for until the request times out.
        let options = ClusterOptions {
            patience: Duration::from_secs(20),
            ..options()
        };
        let client = client_with(&[&server.address], options);
        assert_eq!(get(&client, Again::Patiently).unwrap().status, 200);
        assert_eq!(server.asked(), 6);
    }
}

#[test]
fn patience_ends_with_the_last_answer_or_with_what_every_host_did() {
    let options = ClusterOptions {
        patience: Duration::from_millis(400),
        ..options()
    };
    let busy = answering(503, r#"{"error":{"reason":"all shards failed"}}"#);
    let client = client_with(&[&refusing(), &busy.address], options.clone());
    let start = Instant::now();
    let answer = get(&client, Again::Patiently).unwrap();
    assert_eq!(answer.status, 503);
    assert_eq!(reason(&answer), "all shards failed");
    assert!(busy.asked() > 1);
    assert!(start.elapsed() < Duration::from_secs(2));

    let (refusing, (_listener, silent)) = (refusing(), halted());
    let client = client_with(&[&refusing, &silent], options);
    for again in [Again::Never, Again::Briefly, Again::Patiently] {
        let start = Instant::now();
        let error = get(&client, again).unwrap_err();
        assert!(start.elapsed() < Duration::from_secs(2), "{again:?}");
        assert_eq!(error.kind(), ErrorKind::Unavailable);
        let said = error.to_string();
        assert!(
            said.starts_with("no node of the cluster at http://127"),
            "{said}"
        );
        assert!(said.contains(&format!("{silent}: timed out")), "{said}");
        if again != Again::Never {
            assert!(
                said.contains(&format!("{refusing}: connection refused")),
                "{said}"
            );
        }
        assert!(said.contains("check the address"), "{said}");
    }
}

#[test]
fn briefly_asks_every_host_three_times() {
    let (one, other) = (answering(503, "{}"), answering(502, "{}"));
    let client = client(&[&one.address, &other.address]);
    let start = Instant::now();
    assert!(matches!(
        get(&client, Again::Briefly).unwrap().status,
        502 | 503
    ));
    assert_eq!((one.asked(), other.asked()), (3, 3));
    // Two pauses, of at most 50 and 100 ms.
    assert!(start.elapsed() < Duration::from_millis(450));
}

#[test]
fn what_may_be_sent_once_is_sent_once() {
    let (cutting, good) = (node(|_| None), answering(200, "{}"));
    let client_of_both = client(&[&cutting.address, &good.address]);
    let error = get(&client_of_both, Again::Never).unwrap_err();
    assert!(
        error.what().contains("the connection was closed"),
        "{error}"
    );
    assert_eq!((cutting.asked(), good.asked()), (1, 0));

    let busy = answering(503, "{}");
    let client = client(&[&busy.address, &good.address]);
    assert_eq!(get(&client, Again::Never).unwrap().status, 503);
    assert_eq!((busy.asked(), good.asked()), (1, 0));
}

#[test]
fn a_node_with_too_much_to_do_is_given_the_time_it_asks_for() {
    let busy = node(|number| match number {
        0 => Some(response(429, "Retry-After: 1\r\n", "{}")),
        1 => Some(response(429, "Retry-After: soon\r\n", "{}")),
        _ => Some(response(200, "", "{}")),
    });
    let client_of_one = client(&[&busy.address]);
    let start = Instant::now();
    assert_eq!(get(&client_of_one, Again::Patiently).unwrap().status, 200);
    assert!(start.elapsed() >= Duration::from_secs(1));
    assert!(start.elapsed() < Duration::from_millis(1800));
    assert_eq!(busy.asked(), 3);

    // It may not hold anybody up for longer than five seconds, or than they are patient.
    let greedy = node(|_| Some(response(429, "Retry-After: 86400\r\n", "{}")));
    let client = client(&[&greedy.address]);
    let start = Instant::now();
    assert_eq!(get(&client, Again::Patiently).unwrap().status, 429);
    assert!(start.elapsed() < Duration::from_secs(1));
}

#[test]
fn pauses_grow_and_are_bounded() {
    let bounds: Vec<u128> = (0..9)
        .map(|pauses| doubled(SHORTEST_PAUSE, pauses, LONGEST_PAUSE).as_millis())
        .collect();
    assert_eq!(bounds, [50, 100, 200, 400, 800, 1600, 3200, 5000, 5000]);
    assert_eq!(
        doubled(SHORTEST_PAUSE, u32::MAX, LONGEST_PAUSE),
        LONGEST_PAUSE
    );

    let mut pauses = 0;
    let start = Instant::now();
    assert!(!pause(start, Duration::ZERO, &mut pauses, None));
    assert!(!pause(
        start,
        Duration::from_secs(4),
        &mut pauses,
        Some(LONGEST_PAUSE)
    ));
    assert!(start.elapsed() < Duration::from_millis(100));
    assert!(pause(
        start,
        Duration::from_secs(4),
        &mut pauses,
        Some(Duration::ZERO)
    ));
}

#[test]
fn a_host_that_is_not_there_is_named() {
    let options = ClusterOptions {
        timeout: Duration::from_secs(5),
        ..options()
    };
    let client = client_with(&["http://nowhere.invalid"], options);
    let error = get(&client, Again::Never).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    assert!(
        error.what().contains("http://nowhere.invalid:9200: "),
        "{error}"
    );
}
