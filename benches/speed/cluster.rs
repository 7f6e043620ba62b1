//! What do indexing and answering cost on a cluster, beside the embedded engine?
//!
//! The cluster is the one whose addresses stand in `IBID_OPENSEARCH`. Indexes that are made on it are deleted at the end.

use crate::articles::{Language, Written};
use crate::numbers::Numbers;
use crate::process::{self, Cost};
use crate::{IBID, Result, median};
use ibid::engine::opensearch::ClusterOptions;
use ibid::{KnowledgeBase, Location, SearchOptions};
use serde_json::{Value, json};
use std::cell::Cell;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// What is tried: bytes of passages that are sent at once, in MiB, and requests that are under way at once.
const BULK_MIB: [usize; 4] = [1, 4, 8, 16];
const BULK_REQUESTS: [usize; 4] = [1, 2, 4, 8];
/// How often each, in turn.
const TURNS: usize = 3;
/// How many queries of each kind, on indexes that stay open.
const QUERIES: usize = 100;
/// How many are asked before these, which are not counted: a server compiles what it does often.
const BEFORE: usize = 30;
/// How many queries of each kind a process of its own is started for.
const COLD: usize = 12;

/// What is measured.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Part {
    /// Indexing with each size and number of requests.
    Bulk,
    /// Queries of each kind, and what an index takes.
    Queries,
}

pub(crate) fn run(parts: &[Part], sizes: &[usize]) -> Result<()> {
    let addresses = std::env::var("IBID_OPENSEARCH").unwrap_or_default();
    if addresses.is_empty() {
        println!("skipped: IBID_OPENSEARCH names no cluster (tests/opensearch/cluster starts one)");
        return Ok(());
    }
    let server = Server::new(addresses)?;
    let language = Language::read()?;
    for passages in sizes {
        let place = Place::new(&language, *passages)?;
        println!(
            "\n## {passages} passages, {:.1} MB of text; the cluster: {}\n",
            place.written.bytes as f64 / 1e6,
            server.told()?
        );
        if parts.contains(&Part::Bulk) {
            bulk(&server, &place)?;
        }
        if parts.contains(&Part::Queries) {
            queries(&server, &language, &place)?;
        }
    }
    Ok(())
}

/// A folder with articles, in which the command is started.
struct Place {
    folder: TempDir,
    passages: usize,
    written: Written,
}

impl Place {
    fn new(language: &Language, passages: usize) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let written = language.write(&folder.path().join("articles.jsonl"), passages)?;
        Ok(Self {
            folder,
            passages,
            written,
        })
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The command in this folder, on the index at `index`.
    fn command(&self, index: &Path, args: &[&str]) -> Command {
        let mut command = Command::new(IBID);
        command.current_dir(self.folder.path());
        command.arg("--index").arg(index).args(args);
        command
    }

    fn index(&self, index: &Path) -> Result<Cost> {
        process::run(&mut self.command(index, &["index", "articles.jsonl"]))
    }
}

/// A cluster, asked for what only it knows.
struct Server {
    addresses: String,
    agent: ureq::Agent,
    indexes: Cell<u32>,
}

/// An index on a cluster that is deleted when it is not needed any more.
struct OnCluster<'a> {
    server: &'a Server,
    name: String,
    location: PathBuf,
}

impl Server {
    fn new(addresses: String) -> Result<Self> {
        if addresses.starts_with("https://") {
            return Err("this is measured over http only".into());
        }
        let config = ureq::Agent::config_builder()
            .proxy(None)
            .timeout_global(Some(Duration::from_secs(60)));
        Ok(Self {
            addresses,
            agent: config.build().new_agent(),
            indexes: Cell::new(0),
        })
    }

    fn address(&self, path: &str) -> String {
        let first = self.addresses.split(',').next().unwrap_or_default();
        format!("{first}{path}")
    }

    fn get(&self, path: &str) -> Result<Value> {
        let text = self.agent.get(self.address(path)).call()?;
        Ok(serde_json::from_str(&text.into_body().read_to_string()?)?)
    }

    /// A name that no index has.
    fn index(&self) -> OnCluster<'_> {
        let number = self.indexes.get();
        self.indexes.set(number + 1);
        let name = format!("ibid-bench-{}-{number}", std::process::id());
        let location = format!("{}/{name}", self.addresses).into();
        OnCluster {
            server: self,
            name,
            location,
        }
    }

    /// The processor time of all nodes, in seconds.
    fn processor_seconds(&self) -> Result<f64> {
        let nodes = self.get("/_nodes/stats/process")?;
        let nodes = nodes["nodes"].as_object().into_iter().flatten();
        let times =
            nodes.filter_map(|(_, node)| node["process"]["cpu"]["total_in_millis"].as_f64());
        Ok(times.sum::<f64>() / 1e3)
    }

    /// What it is.
    fn told(&self) -> Result<String> {
        let nodes = self.get("/_nodes/jvm")?;
        let nodes: Vec<&Value> = nodes["nodes"]
            .as_object()
            .into_iter()
            .flat_map(|nodes| nodes.values())
            .collect();
        let node = nodes.first().ok_or("the cluster has no nodes")?;
        Ok(format!(
            "{} of OpenSearch {}, heap {} MB, {}",
            if nodes.len() == 1 {
                "one node".to_owned()
            } else {
                format!("{} nodes", nodes.len())
            },
            node["version"].as_str().unwrap_or("?"),
            node["jvm"]["mem"]["heap_max_in_bytes"]
                .as_u64()
                .unwrap_or(0)
                >> 20,
            node["jvm"]["vm_name"].as_str().unwrap_or("?")
        ))
    }
}

impl OnCluster<'_> {
    /// How many searches it has answered, and how long they took, in milliseconds.
    fn searches(&self) -> Result<(f64, f64)> {
        let stats = self.server.get(&format!("/{}/_stats/search", self.name))?;
        let of_all = &stats["_all"]["total"]["search"];
        let number = |name: &str| of_all[name].as_f64().unwrap_or(0.0);
        Ok((
            number("query_total"),
            number("query_time_in_millis") + number("fetch_time_in_millis"),
        ))
    }

    /// How many passages have one of these words, or are of an article that has it in a name.
    fn matching(&self, terms: &[String]) -> Result<f64> {
        let query = json!({"query": {"bool": {"should": [
            {"terms": {"own": terms}}, {"terms": {"names": terms}}]}}});
        let address = self.server.address(&format!("/{}/_count", self.name));
        let request = self.server.agent.post(address);
        let answer = request
            .header("content-type", "application/json")
            .send(query.to_string())?;
        let answer: Value = serde_json::from_str(&answer.into_body().read_to_string()?)?;
        Ok(answer["count"].as_f64().unwrap_or(0.0))
    }
}

impl Drop for OnCluster<'_> {
    fn drop(&mut self) {
        // The name leads to an index; whatever is left of it is told by its name.
        if let Ok(aliases) = self.server.get(&format!("/{}/_alias", self.name)) {
            for (index, _) in aliases.as_object().into_iter().flatten() {
                let address = self.server.address(&format!("/{index}"));
                let _left_there = self.server.agent.delete(address).call();
            }
        }
    }
}

/// What one way of indexing took, a figure a turn.
#[derive(Default)]
struct Built {
    walls: Vec<f64>,
    processor: Vec<f64>,
    /// Of the server.
    server: Vec<f64>,
    memory: Vec<f64>,
}

impl Built {
    fn add(&mut self, cost: &Cost, server: f64) {
        self.walls.push(cost.wall);
        self.processor.push(cost.processor);
        self.server.push(server);
        self.memory.push(cost.memory.own as f64 / 1e6);
    }
}

/// Indexing, by the command as a process.
fn bulk(server: &Server, place: &Place) -> Result<()> {
    let mut embedded = Built::default();
    let mut ways: Vec<(usize, usize, Built)> = BULK_MIB
        .iter()
        .flat_map(|mib| BULK_REQUESTS.map(|requests| (*mib, requests, Built::default())))
        .collect();
    // Not counted: a server compiles what it does often.
    built_on_cluster(server, place, 8 << 20, 4)?;
    for _ in 0..TURNS {
        let index = place.path("index");
        embedded.add(&place.index(&index)?, 0.0);
        fs::remove_dir_all(&index)?;
        for (mib, requests, built) in &mut ways {
            let (cost, server) = built_on_cluster(server, place, *mib << 20, *requests)?;
            built.add(&cost, server);
        }
    }
    let passages = place.passages as f64;
    let embedded_wall = median(embedded.walls.clone());
    println!(
        "| indexing ({TURNS} turns) | passages/s | in the turns | times embedded's | processor s | of the server | memory MB |"
    );
    println!("|---|---:|---|---:|---:|---:|---:|");
    let row = |name: &str, built: Built| {
        let turns: Vec<String> = built
            .walls
            .iter()
            .map(|wall| format!("{:.0}", passages / wall))
            .collect();
        let wall = median(built.walls);
        println!(
            "| {name} | {:.0} | {} | {:.2} | {:.2} | {:.2} | {:.0} |",
            passages / wall,
            turns.join(", "),
            embedded_wall / wall,
            median(built.processor),
            median(built.server),
            median(built.memory)
        );
    };
    row("embedded", embedded);
    for (mib, requests, built) in ways {
        row(&format!("{mib} MiB, {requests} at once"), built);
    }
    Ok(())
}

/// What the command took, and the processor time of the server meanwhile.
fn built_on_cluster(
    server: &Server,
    place: &Place,
    bytes: usize,
    requests: usize,
) -> Result<(Cost, f64)> {
    fs::write(
        place.path("ibid.toml"),
        format!("[opensearch]\nreplicas = 0\nbulk_bytes = {bytes}\nbulk_requests = {requests}\n"),
    )?;
    let index = server.index();
    let before = server.processor_seconds()?;
    let cost = place.index(&index.location)?;
    Ok((cost, server.processor_seconds()? - before))
}

/// Queries of each kind, on both engines in turn.
fn queries(server: &Server, language: &Language, place: &Place) -> Result<()> {
    fs::write(place.path("ibid.toml"), "[opensearch]\nreplicas = 0\n")?;
    let (folder, on_cluster) = (place.path("index"), server.index());
    place.index(&folder)?;
    place.index(&on_cluster.location)?;
    let options = ClusterOptions {
        replicas: 0,
        ..ClusterOptions::default()
    };
    let embedded = KnowledgeBase::open(&*folder)?;
    let cluster = KnowledgeBase::open(Location::read(&on_cluster.location, options)?)?;
    println!("| | embedded | cluster |\n|---|---:|---:|");
    let bytes = |library: &KnowledgeBase| -> Result<f64> { Ok(library.status()?.bytes as f64) };
    let passages = place.passages as f64;
    let (ours, theirs) = (bytes(&embedded)?, bytes(&cluster)?);
    println!(
        "| bytes a passage | {:.0} | {:.0} |",
        ours / passages,
        theirs / passages
    );
    let text = place.written.bytes as f64;
    println!(
        "| times the bytes of the text | {:.2} | {:.2} |\n",
        ours / text,
        theirs / text
    );
    warm(&on_cluster, &embedded, &cluster, language)?;
    cold(place, &folder, &on_cluster.location, language)
}

/// So many queries of each kind; the words of a kind have the same ranks at each size.
fn kinds(language: &Language, queries: usize) -> Vec<(&'static str, Vec<String>)> {
    let mut numbers = Numbers::new(4);
    let count = language.words.len();
    let mut word = |from: usize, to: usize| {
        language.words[(from + numbers.below(to - from)).min(count - 1)].clone()
    };
    let ranges: [&[(usize, usize)]; 4] = [
        &[(100, 3000)],
        &[(100, 1000), (100, 3000), (500, 6000)],
        &[
            (50, 500),
            (50, 500),
            (100, 1000),
            (100, 1000),
            (100, 3000),
            (100, 3000),
            (500, 3000),
            (500, 6000),
            (500, 6000),
            (3000, count),
        ],
        &[(20, 200), (20, 200)],
    ];
    let names = ["one word", "three words", "ten words", "a phrase"];
    let kinds = names.into_iter().zip(ranges).map(|(name, ranges)| {
        let queries = (0..queries).map(|_| {
            let words: Vec<String> = ranges.iter().map(|(from, to)| word(*from, *to)).collect();
            match name {
                "a phrase" => format!("\"{}\"", words.join(" ")),
                _ => words.join(" "),
            }
        });
        (name, queries.collect())
    });
    kinds.collect()
}

/// The median and the 95th of a hundred.
fn spread(times: &[f64]) -> (f64, f64) {
    let mut times = times.to_vec();
    times.sort_by(f64::total_cmp);
    (times[times.len() / 2], times[times.len() * 95 / 100])
}

fn row(name: &str, embedded: &[f64], cluster: &[f64]) -> String {
    let (ours, theirs) = (spread(embedded), spread(cluster));
    format!(
        "| {name} | {:.2} / {:.1} | {:.1} / {:.1} | {:.1} / {:.1} |",
        ours.0,
        ours.1,
        theirs.0,
        theirs.1,
        theirs.0 / ours.0,
        theirs.1 / ours.1
    )
}

/// The same queries on the embedded index and on the cluster, on libraries that stay open.
fn warm(
    on_cluster: &OnCluster<'_>,
    embedded: &KnowledgeBase,
    cluster: &KnowledgeBase,
    language: &Language,
) -> Result<()> {
    println!(
        "| open library, ms: median / p95 | embedded | cluster | times | searches of the server | its ms | \
         its processor ms | passages that match | ns each |"
    );
    println!("|---|---:|---:|---:|---:|---:|---:|---:|---:|");
    for (kind, queries) in kinds(language, BEFORE + QUERIES) {
        let (before, counted) = queries.split_at(BEFORE);
        let options = SearchOptions::default();
        let ask = |library: &KnowledgeBase, query: &str| -> Result<(f64, Vec<String>)> {
            let began = Instant::now();
            let report = library.search(query, &options)?;
            Ok((began.elapsed().as_secs_f64() * 1e3, report.body.query.terms))
        };
        for query in before {
            ask(embedded, query)?;
            ask(cluster, query)?;
        }
        let (mut ours, mut theirs, mut matching) = (Vec::new(), Vec::new(), 0.0);
        let searches = on_cluster.searches()?;
        let processor = on_cluster.server.processor_seconds()?;
        for query in counted {
            ours.push(ask(embedded, query)?.0);
        }
        let mut terms = Vec::new();
        for query in counted {
            let (time, of_query) = ask(cluster, query)?;
            theirs.push(time);
            terms.push(of_query);
        }
        let processor = on_cluster.server.processor_seconds()? - processor;
        let after = on_cluster.searches()?;
        for terms in &terms {
            matching += on_cluster.matching(terms)?;
        }
        let each = |sum: f64| sum / counted.len() as f64;
        let matches = match matching {
            // Those of a phrase are not counted.
            0.0 => " | ".to_owned(),
            _ => format!(
                "{:.0} | {:.0}",
                each(matching),
                (after.1 - searches.1) * 1e6 / matching
            ),
        };
        println!(
            "{} {:.1} | {:.1} | {:.1} | {matches} |",
            row(kind, &ours, &theirs),
            each(after.0 - searches.0),
            each(after.1 - searches.1),
            each(processor * 1e3)
        );
    }
    println!();
    Ok(())
}

/// A process for each query.
fn cold(place: &Place, folder: &Path, on_cluster: &Path, language: &Language) -> Result<()> {
    println!("| a process and query, ms: median / p95 | embedded | cluster | times |");
    println!("|---|---:|---:|---:|");
    for (kind, queries) in kinds(language, COLD) {
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for query in &queries {
            for (index, times) in [(folder, &mut ours), (on_cluster, &mut theirs)] {
                let mut command = place.command(index, &["search", "--json", query]);
                command.stdout(Stdio::null()).stderr(Stdio::null());
                let began = Instant::now();
                let status = command.status()?;
                times.push(began.elapsed().as_secs_f64() * 1e3);
                // Nothing that matches (1) is no failure.
                if !matches!(status.code(), Some(0 | 1)) {
                    return Err(format!("{command:?} failed").into());
                }
            }
        }
        println!("{}", row(kind, &ours, &theirs));
    }
    Ok(())
}
