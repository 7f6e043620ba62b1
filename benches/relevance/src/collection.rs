//! What is searched, what is asked, and what was judged?

use anyhow::{Context, Result, bail, ensure};
use ibid::eval::{Drops, Options, Qrels, Topic, Unjudged, read_drops, read_qrels, read_topics};
use ibid::ingest::lines::{EndOfFile, read_json_lines};
use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// A section as other libraries get it: the words that `ibid` read, without their places in the file.
pub(crate) struct Section {
    /// What topics and judgments call it.
    pub(crate) id: String,
    /// The title of its article; may be empty.
    pub(crate) title: String,
    /// Its own heading; may be empty.
    pub(crate) heading: String,
    /// Its text.
    pub(crate) text: String,
}

impl Section {
    /// Title, heading and text as one.
    pub(crate) fn together(&self) -> String {
        [&*self.title, &*self.heading, &*self.text].join("\n")
    }
}

/// Topics and their judgments, scored as one column of the table.
pub(crate) struct TopicSet {
    /// The head of the column.
    pub(crate) name: &'static str,
    /// What is asked.
    pub(crate) topics: Vec<Topic>,
    /// What was judged.
    pub(crate) qrels: Qrels,
    /// How a run is scored.
    pub(crate) options: Options,
    /// Whether a second column leaves out what nobody judged.
    pub(crate) is_condensed_too: bool,
}

impl TopicSet {
    /// How a run is scored for the second column.
    pub(crate) fn condensed_options(&self) -> Options {
        Options {
            unjudged: Unjudged::Removed,
            ..self.options.clone()
        }
    }
}

/// Everything that is the same for all systems.
pub(crate) struct Collection {
    /// The file that the sections come from.
    pub(crate) articles_file: PathBuf,
    /// The table of lay synonyms that clinical terms have.
    pub(crate) lay_synonyms_file: PathBuf,
    /// How many articles it holds.
    pub(crate) articles: usize,
    /// The sections that have text, in the order of the file.
    pub(crate) sections: Vec<Section>,
    /// How long it took to read them, on one thread.
    pub(crate) reading: Duration,
    /// In the order of the columns.
    pub(crate) topic_sets: Vec<TopicSet>,
}

impl Collection {
    /// Reads `relevance/` of the shared folder.
    pub(crate) fn read(shared: &Path) -> Result<Self> {
        let medqa = shared.join("relevance/medqa");
        let lay = shared.join("relevance/lay");
        let articles_file = medqa.join("articles.jsonl");
        let begun = Instant::now();
        let (articles, sections) = read_sections(&articles_file)?;
        let reading = begun.elapsed();

        let judged = read_qrels(&medqa.join("qrels.dev.txt"))?;
        let medqa_set = |name, file, is_condensed_too| -> Result<TopicSet> {
            Ok(TopicSet {
                name,
                topics: read_topics(&medqa.join(file))?,
                qrels: judged.clone(),
                options: Options::default(),
                is_condensed_too,
            })
        };
        let drop: Drops = read_drops(&lay.join("neutral.dev.prose.txt"))?;
        let topic_sets = vec![
            medqa_set("summary", "topics.dev.summary.tsv", true)?,
            medqa_set("keywords", "topics.dev.keywords.tsv", false)?,
            medqa_set("full", "topics.dev.full.tsv", false)?,
            TopicSet {
                name: "lay prose",
                topics: read_topics(&lay.join("topics.dev.prose.tsv"))?,
                qrels: read_qrels(&lay.join("qrels.dev.prose.txt"))?,
                options: Options {
                    drop,
                    ..Options::default()
                },
                is_condensed_too: false,
            },
        ];
        Ok(Self {
            articles_file,
            lay_synonyms_file: lay.join("hpo-layperson.dev.tsv"),
            articles,
            sections,
            reading,
            topic_sets,
        })
    }

    /// Every query of every set, in the order of the columns.
    pub(crate) fn queries(&self) -> impl Iterator<Item = &str> {
        self.topic_sets
            .iter()
            .flat_map(|set| &set.topics)
            .map(|topic| topic.query.as_str())
    }
}

fn read_sections(file: &Path) -> Result<(usize, Vec<Section>)> {
    let opened = File::open(file).with_context(|| format!("cannot open {}", file.display()))?;
    let path = file.display().to_string();
    let mut articles = 0;
    let mut sections = Vec::new();
    let mut unread = None;
    let end = read_json_lines(
        BufReader::new(opened),
        "bench",
        &path,
        |line, read| match read {
            Ok(article) => {
                articles += 1;
                for section in article.sections.iter().filter(|s| !s.blocks.is_empty()) {
                    let Some(id) = section.id.clone() else {
                        unread.get_or_insert((line, "a section has no id".to_owned()));
                        continue;
                    };
                    sections.push(Section {
                        id,
                        title: article.title.clone(),
                        heading: section.heading().unwrap_or_default().to_owned(),
                        text: section.text(),
                    });
                }
            }
            Err(error) => {
                unread.get_or_insert((line, format!("{error:?}")));
            }
        },
    );
    if let Some((line, reason)) = unread {
        bail!("{path}:{line}: {reason}");
    }
    ensure!(end == EndOfFile::Reached, "{path} was not read to its end");
    Ok((articles, sections))
}
