//! The cluster that tests are given, and the command run on it.

use ibid::engine::opensearch::{Cluster as ClusterAddress, ClusterOptions};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};
use tempfile::TempDir;
use ureq::Agent;
use ureq::http::Request;
use ureq::tls::{Certificate, RootCerts, TlsConfig};

/// What all indexes of these tests begin with.
const PREFIX: &str = "ibid-test-";

/// A run that takes longer is stuck.
const STUCK: Duration = Duration::from_secs(600);

/// The nodes that `tests/opensearch/cluster` started.
pub(crate) struct Cluster {
    /// In the order of their numbers, from 1 on.
    pub(crate) nodes: Vec<String>,
    agent: Agent,
    authorization: Option<String>,
}

impl Cluster {
    /// The cluster that the environment names, or why there is none.
    pub(crate) fn of_environment() -> Result<Self, String> {
        let set = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let addresses = set("IBID_OPENSEARCH").ok_or("IBID_OPENSEARCH is not set")?;
        let known = control(&["addresses"]).map_err(|error| error.to_string())?;
        let line = format!("IBID_OPENSEARCH={addresses}");
        if !String::from_utf8_lossy(&known.stdout)
            .lines()
            .any(|known| known == line)
        {
            return Err(format!(
                "{addresses} is not what tests/opensearch/cluster started: is IBID_OPENSEARCH_DIR that of the cluster?"
            ));
        }
        let mut tls = TlsConfig::builder();
        if let Some(ca) = set("IBID_OPENSEARCH_CA") {
            let pem = fs::read(ca).map_err(|error| error.to_string())?;
            let ca = Certificate::from_pem(&pem).map_err(|error| error.to_string())?;
            tls = tls.root_certs(RootCerts::new_with_certs(&[ca]));
        }
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .proxy(None)
            .timeout_global(Some(Duration::from_secs(30)))
            .tls_config(tls.build());
        let authorization = set("IBID_OPENSEARCH_USER").map(|user| {
            use base64::prelude::{BASE64_STANDARD, Engine as _};
            let password = set("IBID_OPENSEARCH_PASSWORD").unwrap_or_default();
            format!(
                "Basic {}",
                BASE64_STANDARD.encode(format!("{user}:{password}"))
            )
        });
        Ok(Self {
            nodes: addresses.split(',').map(str::to_owned).collect(),
            agent: config.build().new_agent(),
            authorization,
        })
    }

    /// The address of an index of this name, which has so many shards where it is made.
    pub(crate) fn address(&self, name: &str, shards: u32) -> ClusterAddress {
        let options = ClusterOptions {
            shards,
            ..ClusterOptions::default()
        };
        let address = format!("{}/{PREFIX}{name}", self.nodes.join(","));
        ClusterAddress::parse(&address, options.with_environment().unwrap()).unwrap()
    }

    pub(crate) fn is_secure(&self) -> bool {
        self.nodes[0].starts_with("https://")
    }

    /// Why a test cannot run that needs so many nodes.
    pub(crate) fn lacks(&self, nodes: usize) -> Option<super::Done> {
        (self.nodes.len() < nodes).then(|| {
            let why = format!("it needs {nodes} nodes, and there are {}", self.nodes.len());
            super::Done::Skipped(why)
        })
    }

    /// Asks a node; none where it does not answer.
    fn ask_node(
        &self,
        node: &str,
        method: &str,
        path: &str,
        body: Option<&Value>,
    ) -> Option<Value> {
        let mut request = Request::builder()
            .method(method)
            .uri(format!("{node}{path}"))
            .header("content-type", "application/json");
        if let Some(authorization) = &self.authorization {
            request = request.header("authorization", authorization);
        }
        let mut response = match body {
            Some(body) => self.agent.run(request.body(body.to_string()).unwrap()),
            None => self.agent.run(request.body(()).unwrap()),
        }
        .ok()?;
        let text = response.body_mut().read_to_string().ok()?;
        serde_json::from_str(&text).ok()
    }

    /// Asks the first node that answers.
    pub(crate) fn ask(&self, method: &str, path: &str, body: Option<&Value>) -> Value {
        self.nodes
            .iter()
            .find_map(|node| self.ask_node(node, method, path, body))
            .unwrap_or_else(|| panic!("no node answers {method} {path}"))
    }

    /// Runs `tests/opensearch/cluster`, which has to succeed.
    pub(crate) fn control(&self, args: &[&str]) {
        let output = control(args).unwrap();
        assert!(
            output.status.success(),
            "cluster {args:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    }

    pub(crate) fn kill(&self, node: usize) {
        self.control(&["kill", &node.to_string()]);
    }

    /// Starts a node again, and waits until all shards have all their copies.
    pub(crate) fn restart(&self, node: usize) {
        self.control(&["restart", &node.to_string()]);
        self.wait();
    }

    /// Waits until all shards have all their copies.
    pub(crate) fn wait(&self) {
        self.control(&["wait", "green"]);
    }

    /// All nodes run, and no index of these tests is left.
    pub(crate) fn mend(&self) {
        let status = control(&["status"]).unwrap();
        for line in String::from_utf8_lossy(&status.stdout).lines() {
            let words: Vec<&str> = line.split_whitespace().collect();
            match words.as_slice() {
                ["node", node, _, "stopped", ..] => self.control(&["restart", node]),
                ["node", node, _, "paused", ..] => self.control(&["resume", node]),
                _ => {}
            }
        }
        let indexes = self.ask("GET", "/_cat/indices?format=json&h=index", None);
        for index in indexes.as_array().into_iter().flatten() {
            let name = index["index"].as_str().unwrap();
            if name.starts_with(PREFIX) {
                self.ask("DELETE", &format!("/{name}"), None);
            }
        }
        self.wait();
    }

    /// How many documents the shards of an index have taken since they were started.
    pub(crate) fn taken(&self, index: &Site<'_>) -> u64 {
        let stats = self.ask("GET", &format!("/{}/_stats/indexing", index.name), None);
        stats["_all"]["primaries"]["indexing"]["index_total"]
            .as_u64()
            .unwrap_or(0)
    }
}

fn control(args: &[&str]) -> std::io::Result<Output> {
    Command::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/opensearch/cluster"))
        .args(args)
        .stdin(Stdio::null())
        .output()
}

/// A folder of a test's own, and an index on the cluster.
pub(crate) struct Site<'a> {
    folder: TempDir,
    pub(crate) cluster: &'a Cluster,
    pub(crate) name: String,
    pub(crate) address: String,
}

impl<'a> Site<'a> {
    /// `name` is that of the test; `settings` is what `[opensearch]` holds.
    pub(crate) fn new(cluster: &'a Cluster, name: &str, settings: &str) -> Self {
        let name = format!("{PREFIX}{name}");
        let site = Self {
            folder: TempDir::new().unwrap(),
            cluster,
            address: format!("{}/{name}", cluster.nodes.join(",")),
            name,
        };
        site.write("ibid.toml", &format!("[opensearch]\n{settings}\n"));
        site
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, contents: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, contents).unwrap();
    }

    /// The command in this folder, on the index at `index`, with the credentials of the environment.
    pub(crate) fn command(&self, index: &str, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ibid"));
        command
            .args(["--index", index])
            .args(args)
            .current_dir(self.folder.path())
            .env_remove("IBID_INDEX")
            .env_remove("COLUMNS")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Runs the command on the cluster.
    pub(crate) fn run(&self, args: &[&str]) -> Ran {
        self.spawn(args).wait()
    }

    /// Runs a command on the cluster that has to succeed.
    pub(crate) fn ok(&self, args: &[&str]) -> Ran {
        let ran = self.run(args);
        assert_eq!(ran.code, 0, "{args:?}: {}{}", ran.stdout, ran.stderr);
        ran
    }

    /// Runs a command that has to succeed, and reads what it prints.
    pub(crate) fn json(&self, args: &[&str]) -> Value {
        let ran = self.ok(args);
        serde_json::from_str(&ran.stdout).unwrap()
    }

    /// Starts the command on the cluster.
    pub(crate) fn spawn(&self, args: &[&str]) -> Running {
        Running::start(&mut self.command(&self.address, args))
    }
}

/// A command that is running. Its output is held in files, so that nothing waits for who reads it.
pub(crate) struct Running {
    child: Child,
    start: Instant,
    output: [fs::File; 2],
}

/// What a command left behind.
pub(crate) struct Ran {
    /// None of its own where it was killed: then -1.
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) took: Duration,
}

impl Running {
    pub(crate) fn start(command: &mut Command) -> Self {
        let output = [tempfile::tempfile().unwrap(), tempfile::tempfile().unwrap()];
        command
            .stdout(output[0].try_clone().unwrap())
            .stderr(output[1].try_clone().unwrap());
        Self {
            start: Instant::now(),
            child: command.spawn().unwrap(),
            output,
        }
    }

    pub(crate) fn is_over(&mut self) -> bool {
        self.child.try_wait().unwrap().is_some()
    }

    /// Kills it, whatever it is doing.
    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
    }

    /// Waits until the cluster has taken `documents` more than `before` for the index, or the command is over; it tells whether it
    /// is still running.
    pub(crate) fn until_taken(&mut self, site: &Site<'_>, before: u64, documents: u64) -> bool {
        let start = Instant::now();
        while !self.is_over() {
            if site.cluster.taken(site).saturating_sub(before) >= documents {
                return true;
            }
            assert!(start.elapsed() < STUCK, "nothing is written any more");
            sleep(Duration::from_millis(20));
        }
        false
    }

    pub(crate) fn wait(mut self) -> Ran {
        use std::io::{Read, Seek};
        while !self.is_over() {
            if self.start.elapsed() > STUCK {
                self.kill();
                panic!("a command did not end in {STUCK:?}");
            }
            sleep(Duration::from_millis(5));
        }
        let took = self.start.elapsed();
        let [stdout, stderr] = self.output.each_mut().map(|file| {
            let mut text = String::new();
            file.rewind().unwrap();
            file.read_to_string(&mut text).unwrap();
            text
        });
        Ran {
            code: self.child.wait().unwrap().code().unwrap_or(-1),
            stdout,
            stderr,
            took,
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It is over already, or the test failed.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
