//! Whatever happened to a folder and its index before, bringing the two in step gives what building afresh gives.

use crate::Numbers;
use crate::support::{Sandbox, article};
use ibid::report::{HitReport, RepeatedReport, StoredReport};
use ibid::{Duplicates, IndexOptions, KnowledgeBase, SearchOptions, Silent};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

const WORDS: [&str; 24] = [
    "cramp",
    "calf",
    "night",
    "stretch",
    "water",
    "salt",
    "heat",
    "ice",
    "rest",
    "doctor",
    "weeks",
    "swelling",
    "magnesium",
    "potassium",
    "muscle",
    "nerve",
    "shoe",
    "walk",
    "sleep",
    "bed",
    "bath",
    "pain",
    "dull",
    "sharp",
];

/// What pages share with others, each with one in two, so that it repeats at times and at times not.
const SHARED: [&str; 5] = [
    "<p>Members read the calf pages first and pay no salt for the night water at all.</p>",
    "<h2>Our walk letter</h2><p>It tells of heat and ice and comes to your bed each week.</p>",
    "<ul><li>sharp</li><li>dull pain, and what a shoe is for</li><li>the bath</li></ul>",
    "<p>No word of this takes the place of a doctor who saw the swelling.</p>",
    "<table><tr><td>salt</td><td>a spoon</td></tr><tr><td>water</td><td>two cups a day</td></tr></table>",
];

struct Model {
    sandbox: Sandbox,
    numbers: Numbers,
    /// What was touched since the index was last in step.
    touched: BTreeSet<PathBuf>,
    log: Vec<String>,
    /// What repeated across the pages when the index was last compared, and how often that was something else than before.
    repeated: Vec<RepeatedReport>,
    crossings: usize,
}

impl Model {
    fn new(seed: u64) -> Self {
        let mut model = Self {
            sandbox: Sandbox::new(),
            numbers: Numbers::new(seed),
            touched: BTreeSet::new(),
            log: Vec::new(),
            repeated: Vec::new(),
            crossings: 0,
        };
        fs::create_dir(model.folder()).unwrap();
        for number in 0..6 {
            let path = model.folder().join(format!("{number}.html"));
            let contents = model.contents(&path);
            fs::write(&path, contents).unwrap();
            model.touch("add", &path);
        }
        model
    }

    fn folder(&self) -> PathBuf {
        // Its own name has no links in it, as the paths of events have none.
        self.sandbox.path().canonicalize().unwrap().join("kb")
    }

    fn index(&self) -> PathBuf {
        self.sandbox.path().join("index")
    }

    fn text(&mut self) -> String {
        let words = 3 + self.numbers.below(30);
        let words: Vec<&str> = (0..words)
            .map(|_| WORDS[self.numbers.below(WORDS.len())])
            .collect();
        words.join(" ")
    }

    fn contents(&mut self, path: &Path) -> String {
        let (title, sections) = (self.text(), 1 + self.numbers.below(4));
        let sections: Vec<(String, String)> =
            (0..sections).map(|_| (self.text(), self.text())).collect();
        match path.extension().unwrap().to_str().unwrap() {
            "html" => self.page(&title, &sections),
            "md" => sections.iter().fold(format!("# {title}\n"), |text, (heading, body)| {
                format!("{text}\n## {heading}\n\n{body}\n")
            }),
            "jsonl" => sections.iter().enumerate().fold(String::new(), |text, (line, (heading, body))| {
                let id = format!("{}-{line}", path.file_stem().unwrap().to_str().unwrap());
                format!(
                    "{text}{{\"id\":\"{id}\",\"title\":\"{title}\",\"sections\":[{{\"heading\":\"{heading}\",\"text\":\"{body}\"}}]}}\n"
                )
            }),
            _ => {
                let sections: Vec<(&str, &str)> = sections
                    .iter()
                    .map(|(heading, body)| (heading.as_str(), body.as_str()))
                    .collect();
                article(&title, &sections)
            }
        }
    }

    /// A page of a site, or of none that it says, with some of what pages share.
    fn page(&mut self, title: &str, sections: &[(String, String)]) -> String {
        let host = ["", "one.example", "one.example"][self.numbers.below(3)];
        let link = match host {
            "" => String::new(),
            host => format!("<link rel=\"canonical\" href=\"https://{host}/a\">"),
        };
        let mut shared = || SHARED[self.numbers.below(SHARED.len())];
        let mut body = String::new();
        for (heading, text) in sections {
            let shared = shared();
            body.push_str(&format!(
                "<h2>{heading}</h2><p>{text} {text}</p>{shared}<p>{heading} {text} {title}</p>"
            ));
        }
        body.push_str(shared());
        format!(
            "<html><head><title>{title}</title>{link}</head><body><article><h1>{title}</h1>{body}</article></body></html>"
        )
    }

    fn files(&self) -> Vec<PathBuf> {
        let mut files = Vec::new();
        let mut folders = vec![self.folder()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some() {
                    files.push(path);
                }
            }
        }
        files.sort();
        files
    }

    fn any_file(&mut self) -> Option<PathBuf> {
        let files = self.files();
        (!files.is_empty()).then(|| files[self.numbers.below(files.len())].clone())
    }

    fn touch(&mut self, what: &str, path: &Path) {
        self.touched.insert(path.to_owned());
        self.log.push(format!("{what} {}", path.display()));
    }

    /// One thing that happens to the folder or to the index.
    fn happen(&mut self) {
        match self.numbers.below(20) {
            0..=5 => {
                let folder = ["", "a/", "a/b/", "c/"][self.numbers.below(4)];
                let kind = ["txt", "md", "jsonl", "html", "html", "html"][self.numbers.below(6)];
                let name = format!("{folder}{}.{kind}", self.numbers.below(1_000_000));
                let path = self.folder().join(name);
                let contents = self.contents(&path);
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(&path, contents).unwrap();
                self.touch("add", &path);
            }
            6..=8 => {
                if let Some(path) = self.any_file() {
                    let contents = self.contents(&path);
                    fs::write(&path, contents).unwrap();
                    self.touch("change", &path);
                }
            }
            9 | 10 => {
                if let Some(path) = self.any_file() {
                    fs::remove_file(&path).unwrap();
                    self.touch("delete", &path);
                }
            }
            11 | 12 => {
                if let Some(path) = self.any_file() {
                    let to = path.with_file_name(format!(
                        "moved-{}.{}",
                        self.numbers.below(1_000_000),
                        path.extension().unwrap().to_str().unwrap()
                    ));
                    fs::rename(&path, &to).unwrap();
                    self.touch("move", &path);
                    self.touch("to", &to);
                }
            }
            13 => {
                let (from, to) = (self.folder().join("a"), self.folder().join("renamed"));
                if from.exists() && !to.exists() {
                    fs::rename(&from, &to).unwrap();
                    self.touch("move", &from);
                    self.touch("to", &to);
                } else if to.exists() {
                    fs::remove_dir_all(&to).unwrap();
                    self.touch("delete", &to);
                }
            }
            14 => {
                let path = self.folder().join(".ibidignore");
                if path.exists() {
                    fs::remove_file(&path).unwrap();
                } else {
                    fs::write(&path, "c/\n*-7*.txt\n").unwrap();
                }
                self.log.push("ignore or not".to_owned());
                // Which files that concerns is not known, so all are looked at.
                let folder = self.folder();
                self.touched.insert(folder);
            }
            15 => {
                if let Some(path) = self.any_file()
                    && self.index().exists()
                {
                    let inside = path.strip_prefix(self.folder()).unwrap();
                    let pattern = format!("kb/{}", inside.display());
                    self.sandbox.run(&["remove", &pattern]);
                    self.touch("remove", &path);
                }
            }
            16 | 17 => {
                let step = 1 + self.numbers.below(120);
                let output = self
                    .sandbox
                    .command(&["index", "kb", "--prune"])
                    .env("IBID_FAULT", format!("crash@{step}"))
                    .output()
                    .unwrap();
                self.log
                    .push(format!("index until step {step}: {}", output.status));
            }
            18 => {
                let folder = self.folder();
                self.bring_in_step(&[folder.join("a"), folder.join("c")], Vec::new());
                // What is given is read though a folder above it says to ignore it.
                self.touch("index", &folder.join("a"));
                self.touch("index", &folder.join("c"));
            }
            _ => {
                // As `watch` does it.
                let touched: Vec<PathBuf> = std::mem::take(&mut self.touched).into_iter().collect();
                if !touched.is_empty() {
                    let folder = self.folder();
                    self.bring_in_step(&[folder], touched);
                    self.log.push("index what was touched".to_owned());
                    self.compare();
                }
            }
        }
    }

    fn bring_in_step(&self, paths: &[PathBuf], only: Vec<PathBuf>) {
        let paths: Vec<PathBuf> = paths.iter().filter(|path| path.exists()).cloned().collect();
        let options = IndexOptions {
            source: (!self.index().exists()).then(|| "kb".to_owned()),
            missing: ibid::indexer::Missing::Prune,
            only,
            ..IndexOptions::default()
        };
        // A part of the folder is no source of its own.
        if self.index().exists() || paths == [self.folder()] {
            let library = KnowledgeBase::open_or_create(self.index()).unwrap();
            let known = library.status().unwrap();
            if !known.sources.is_empty() || paths == [self.folder()] {
                library.index(&paths, &options, &Silent).unwrap();
            }
        }
    }

    /// Fails unless the index gives what a new one gives.
    fn compare(&mut self) {
        let afresh = self.sandbox.path().join("afresh");
        let _not_there_the_first_time = fs::remove_dir_all(&afresh);
        let new = KnowledgeBase::open_or_create(&afresh).unwrap();
        let options = IndexOptions {
            missing: ibid::indexer::Missing::Prune,
            ..IndexOptions::default()
        };
        let built = new.index(&[self.folder()], &options, &Silent).unwrap();
        self.crossings += usize::from(built.repeated != self.repeated);
        self.repeated = built.repeated;
        let old = KnowledgeBase::open(self.index()).unwrap();
        let log = self.log.join("\n");
        let [old_articles, new_articles] =
            [&old, &new].map(|library| library.list(&[]).unwrap().articles);
        // An empty index forgets its source, and a new one may give it another place on the way to a file.
        assert_eq!(old_articles.len(), new_articles.len(), "{log}");
        for (old_article, new_article) in old_articles.iter().zip(&new_articles) {
            assert_eq!(old_article.id, new_article.id, "{log}");
            assert_eq!(
                passages(&old, &old_article.id),
                passages(&new, &old_article.id),
                "{log}"
            );
        }
        for pair in WORDS.windows(2) {
            let query = pair.join(" ");
            assert_eq!(hits(&old, &query), hits(&new, &query), "{query}\n{log}");
        }
        let report = KnowledgeBase::check(self.index()).unwrap();
        assert!(report.damaged.is_empty(), "{:?}\n{log}", report.damaged);
    }
}

fn passages(library: &KnowledgeBase, id: &str) -> Vec<StoredReport> {
    let mut articles = library.show(id, 0).unwrap().unwrap().articles;
    for stored in &mut articles {
        stored.article.path.clear();
    }
    articles
}

fn hits(library: &KnowledgeBase, query: &str) -> Vec<HitReport> {
    let options = SearchOptions {
        limit: 20,
        duplicates: Duplicates::Keep,
        ..SearchOptions::default()
    };
    let mut hits = library.search(query, &options).unwrap().body.hits;
    for hit in &mut hits {
        hit.article.path.clear();
    }
    hits
}

#[test]
fn whatever_happened_the_index_is_what_a_new_one_would_be() {
    let rounds = std::env::var("IBID_MODEL_ROUNDS")
        .ok()
        .and_then(|rounds| rounds.parse().ok())
        .unwrap_or(6);
    let mut crossings = 0;
    for seed in 1..=rounds {
        let mut model = Model::new(seed);
        let folder = model.folder();
        for _ in 0..8 {
            for _ in 0..12 {
                model.happen();
            }
            model.log.push("index".to_owned());
            model.touched.clear();
            model.bring_in_step(std::slice::from_ref(&folder), Vec::new());
            model.compare();
        }
        crossings += model.crossings;
    }
    println!("what repeats changed {crossings} times");
    assert!(
        crossings >= 4 * rounds as usize,
        "what repeats changed {crossings} times only"
    );
}
