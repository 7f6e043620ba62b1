//! Does an index on a cluster answer as one in a folder does?

use crate::Done;
use crate::articles::{self, word};
use crate::support::{Cluster, Ran, Running, Site};
use serde_json::Value;
use std::fs;
use std::path::Path;

/// What differs because a folder is none: where the index is, and how much room it takes.
const OF_THE_PLACE: [&str; 2] = ["path", "bytes"];

/// An index in the folder `index` beside the one on the cluster.
struct Both<'a>(Site<'a>);

impl Both<'_> {
    fn run_both(&self, args: &[&str]) -> (Ran, Ran) {
        let folder = Running::start(&mut self.0.command("index", args)).wait();
        (folder, self.0.run(args))
    }

    /// Runs a command on both, which has to end and print the same.
    fn same(&self, args: &[&str]) -> Value {
        let (folder, cluster) = self.run_both(args);
        assert_eq!(
            folder.code, cluster.code,
            "{args:?}: {}{}",
            folder.stderr, cluster.stderr
        );
        let stderr = cluster.stderr.replace(&self.0.address, "index");
        assert_eq!(folder.stderr, stderr, "{args:?}");
        let [ours, theirs] = [&folder, &cluster].map(|ran| {
            let mut json: Value = serde_json::from_str(&ran.stdout)
                .unwrap_or_else(|_| Value::String(ran.stdout.replace(&self.0.address, "index")));
            if let Value::Object(fields) = &mut json {
                fields.retain(|name, _| !OF_THE_PLACE.contains(&name.as_str()));
            }
            json
        });
        if ours != theirs {
            let [ours, theirs] = [ours, theirs].map(|json| format!("{json:#}"));
            let lines = ours.lines().zip(theirs.lines());
            let different: Vec<_> = lines
                .filter(|(ours, theirs)| ours != theirs)
                .take(8)
                .collect();
            panic!("{args:?}: folder and cluster differ: {different:#?}");
        }
        ours
    }
}

pub(crate) fn answers(cluster: &Cluster) -> Done {
    let both = Both(Site::new(cluster, "same", "shards = 3\nreplicas = 1"));
    copy_corpus(&both.0);
    articles::write(&both.0, "first", 0, 20);
    let indexed = both.same(&["index", "corpus", "articles", "--json"]);
    assert!(indexed["added"].as_u64().unwrap() > 40, "{indexed}");

    let first = ask(&both);
    both.same(&["index", "corpus", "articles", "--json"]);
    ask(&both);

    // Some articles are changed, some gone, some new.
    let path = both.0.path("corpus/insomnia.md");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(
        &path,
        text.replace("sleep", "slumber") + "\n\n## More\n\nA leg cramp at night.\n",
    )
    .unwrap();
    fs::remove_file(both.0.path("corpus/sciatica.html")).unwrap();
    articles::write(&both.0, "second", 20, 30);
    both.same(&["index", "corpus", "articles", "--dry-run", "--json"]);
    both.same(&["check", "--json"]);
    let indexed = both.same(&["index", "corpus", "articles", "--json"]);
    assert_eq!(
        (indexed["updated"].as_u64(), indexed["removed"].as_u64()),
        (Some(1), Some(1))
    );
    assert_ne!(ask(&both), first);

    both.same(&["remove", "corpus/**", "--json"]);
    ask(&both);
    both.same(&["index", "corpus", "articles", "--json"]);
    ask(&both);
    Done::Passed
}

/// Asks both whatever can be asked, and gives some of the answers.
fn ask(both: &Both<'_>) -> Vec<Value> {
    let mut answers = Vec::new();
    let own = word('x', 123);
    for query in [
        &["back spasm"][..],
        &["charly horse"],
        &["leg cramp at night", "-n", "40"],
        &[
            "leg cramp at night",
            "-n",
            "10",
            "--offset",
            "15",
            "--no-fold",
        ],
        &["\"shortness of breath\""],
        &["title:about heading:leg -cough", "-n", "30"],
        &[
            "heart attack",
            "--source",
            "articles",
            "--since",
            "2010-01-01",
            "--facets",
        ],
        &["pain", "--tag", "leg", "--facets", "--per-article", "2"],
        &["blood sugar", "--exact", "--explain"],
        &["fever", "--without", "temperature", "--article", "a3"],
        &["-cough leg"],
        &["nosuchwordatall"],
        &["the of"],
        &["slepe"],
        &[&own],
    ] {
        let args = [&["search", "--json"], query].concat();
        answers.push(both.same(&args));
        both.same(&[&["search"], query].concat());
    }
    let hit = answers[2]["hits"][0]["id"].as_str().unwrap().to_owned();
    let article = answers[2]["hits"][0]["article"]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    for args in [
        &["show", &hit, "--json"][..],
        &["show", &hit, "-C", "2", "--json"],
        &["show", &article, "--json"],
        &["show", "nowhere", "--json"],
        &["search", "--like", &hit, "--json"],
        &["list", "--json"],
        &["list", "a1*", "corpus/*.md", "--json"],
        &["list", "nowhere"],
        &["status", "--json"],
        &["check", "--json"],
        &["vocabulary", "list", "--json"],
    ] {
        answers.push(both.same(args));
    }
    both.0.write(
        "topics.tsv",
        "1\tback spasm\n2\tleg cramp at night\n3\theart attack\n4\tnosuchwordatall\n",
    );
    let judged: String = answers[2]["hits"].as_array().unwrap()[..5]
        .iter()
        .map(|hit| format!("2 0 {} 1\n", hit["id"].as_str().unwrap()))
        .collect();
    both.0.write("qrels.txt", &judged);
    for format in ["json", "ndjson", "csv", "trec"] {
        both.same(&["export", "leg cramp", "--format", format, "-n", "25"]);
    }
    both.same(&[
        "export",
        "--queries",
        "topics.tsv",
        "--format",
        "trec",
        "-n",
        "100",
    ]);
    answers.push(both.same(&[
        "eval",
        "--topics",
        "topics.tsv",
        "--qrels",
        "qrels.txt",
        "--json",
        "--per-topic",
    ]));
    answers
}

fn copy_corpus(site: &Site<'_>) {
    fs::create_dir(site.path("corpus")).unwrap();
    for entry in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        fs::copy(&path, site.path(&format!("corpus/{name}"))).unwrap();
    }
}
