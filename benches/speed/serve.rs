//! What does it cost to ask over HTTP, beside the bare call?

use crate::articles::Language;
use crate::scale::topical;
use crate::{IBID, Result, median};
use http::{Answer, Client, encoded};
use ibid::report::write_json;
use ibid::{KnowledgeBase, SearchOptions};
use serde_json::json;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

#[path = "../../tests/integration/http.rs"]
#[allow(dead_code, unreachable_pub, clippy::unwrap_used)]
mod http;

/// How many queries, and how often each way of asking is tried with each.
const QUERIES: usize = 300;
const ROUNDS: usize = 3;
/// How many requests are sent by how many at once.
const REQUESTS: usize = 6_000;
const AT_ONCE: [usize; 4] = [1, 2, 8, 50];

pub(crate) fn run(passages: usize) -> Result<()> {
    let language = Language::read()?;
    let place = tempfile::tempdir()?;
    let (source, index) = (
        place.path().join("articles.jsonl"),
        place.path().join("index"),
    );
    let written = language.write(&source, passages)?;
    let built = Command::new(IBID)
        .arg("--index")
        .arg(&index)
        .arg("index")
        .arg(&source)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()?;
    if !built.success() {
        return Err("the index could not be built".into());
    }
    let step = (written.articles / QUERIES).max(1);
    let queries: Vec<String> = (0..QUERIES)
        .map(|number| topical(&language, number * step, 2 + number % 4))
        .collect();
    println!("\n## Asking over HTTP, {passages} passages\n");
    let server = Server::start(&index)?;
    latencies(&index, &server, &queries)?;
    throughput(&server, &queries)
}

/// A running `ibid serve`.
struct Server {
    child: Child,
    address: SocketAddr,
}

impl Server {
    fn start(index: &Path) -> Result<Self> {
        let mut child = Command::new(IBID)
            .arg("--index")
            .arg(index)
            .args(["serve", "--listen", "127.0.0.1:0", "--log", "off"])
            .stderr(Stdio::piped())
            .spawn()?;
        let mut line = String::new();
        let told = child.stderr.take().ok_or("standard error is not there")?;
        BufReader::new(told).read_line(&mut line)?;
        let address = line
            .split_once("http://")
            .and_then(|(_, rest)| rest.split_once('/'));
        let (address, _) = address.ok_or("the server did not start")?;
        Ok(Self {
            child,
            address: address.parse()?,
        })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ended_already = self.child.kill();
        let _reaped_already = self.child.wait();
    }
}

/// Each query in each way, one after the other, so that all ways meet the same moments of the machine.
fn latencies(index: &Path, server: &Server, queries: &[String]) -> Result<()> {
    let library = KnowledgeBase::open(index)?;
    let options = SearchOptions::default();
    let mut client = Client::to(server.address);
    let mut times: [(&str, Vec<f64>); 7] = [
        ("the bare call (`KnowledgeBase::search`)", Vec::new()),
        ("the bare call, and its JSON", Vec::new()),
        ("GET /health", Vec::new()),
        ("GET /api/search", Vec::new()),
        ("the same, known already (304)", Vec::new()),
        ("POST /mcp, search", Vec::new()),
        ("the page, with counts", Vec::new()),
    ];
    for _ in 0..ROUNDS {
        for query in queries {
            let target = format!("/api/search?q={}", encoded(query));
            let page = format!("/?q={}", encoded(query));
            let call = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params":
                {"name": "search", "arguments": {"query": query}}})
            .to_string();
            let mut tag = String::new();
            // Whoever comes first would read what the others find read.
            library.search(query, &options)?;
            expect(&client.get(&target, &[]), 200)?;
            for (way, (_, times)) in times.iter_mut().enumerate() {
                let began = Instant::now();
                match way {
                    0 => drop(library.search(query, &options)?),
                    1 => write_json(&mut Vec::new(), &library.search(query, &options)?)?,
                    2 => expect(&client.get("/health", &[]), 200)?,
                    3 => {
                        let answer = client.get(&target, &[]);
                        expect(&answer, 200)?;
                        answer
                            .header("etag")
                            .unwrap_or_default()
                            .clone_into(&mut tag);
                    }
                    4 => expect(&client.get(&target, &[("If-None-Match", &tag)]), 304)?,
                    5 => {
                        let headers = [
                            ("Content-Type", "application/json"),
                            ("Accept", "application/json, text/event-stream"),
                        ];
                        expect(
                            &client.request("POST", "/mcp", &headers, call.as_bytes()),
                            200,
                        )?;
                    }
                    _ => expect(&client.get(&page, &[]), 200)?,
                }
                times.push(began.elapsed().as_secs_f64() * 1e3);
            }
        }
    }
    println!("| one asks at a time, ms | median | p99 | times the bare call |");
    println!("|---|---:|---:|---:|");
    let bare = median(times[0].1.clone());
    for (way, mut times) in times {
        let middle = median(times.clone());
        times.sort_by(f64::total_cmp);
        let late = times[times.len() * 99 / 100];
        println!("| {way} | {middle:.2} | {late:.2} | {:.2} |", middle / bare);
    }
    Ok(())
}

fn expect(answer: &Answer, status: u16) -> Result<()> {
    if answer.status == status {
        return Ok(());
    }
    Err(format!("answered with {}", answer.status).into())
}

/// As many requests a second as are answered when so many ask at once, each on a connection of its own.
fn throughput(server: &Server, queries: &[String]) -> Result<()> {
    println!("\n| at once | requests/s | median, ms | p99, ms |");
    println!("|---:|---:|---:|---:|");
    for clients in AT_ONCE {
        let began = Instant::now();
        let times = std::thread::scope(|scope| {
            let asked = (0..clients).map(|number| {
                scope.spawn(move || {
                    let mut client = Client::to(server.address);
                    let mut times = Vec::new();
                    for at in (number..REQUESTS).step_by(clients) {
                        let query = &queries[at % queries.len()];
                        let began = Instant::now();
                        let answer = client.get(&format!("/api/search?q={}", encoded(query)), &[]);
                        if answer.status == 200 {
                            times.push(began.elapsed());
                        }
                    }
                    times
                })
            });
            let asked: Vec<_> = asked.collect();
            let times = asked
                .into_iter()
                .map(|client| client.join().unwrap_or_default());
            times.flatten().collect::<Vec<Duration>>()
        });
        let wall = began.elapsed().as_secs_f64();
        if times.len() != REQUESTS {
            return Err(format!("{} of {REQUESTS} were answered", times.len()).into());
        }
        let mut times: Vec<f64> = times.iter().map(|time| time.as_secs_f64() * 1e3).collect();
        times.sort_by(f64::total_cmp);
        println!(
            "| {clients} | {:.0} | {:.2} | {:.2} |",
            REQUESTS as f64 / wall,
            times[times.len() / 2],
            times[times.len() * 99 / 100]
        );
    }
    Ok(())
}
