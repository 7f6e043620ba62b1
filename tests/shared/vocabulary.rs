//! What vocabularies give to people who do not know the clinical word, and what they cost those who do.

use super::Done;
use ibid::eval::{
    Measure, Options, Qrels, Run, Topic, evaluate, read_drops, read_qrels, read_topics,
};
use ibid::query::{Expansion, Query};
use ibid::vocabulary::{Anything, Vocabularies, Vocabulary};
use ibid::{IndexOptions, KnowledgeBase, SearchOptions, Silent, Understanding};
use std::collections::{BTreeSet, HashSet};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// The least nDCG@10 of lay questions with the built-in vocabulary, and with the one that they were made from.
const LEAST_BUILT_IN: f64 = 0.28;
const LEAST_IMPORTED: f64 = 0.60;

/// The most nDCG@10 that other questions may lose.
const MOST_LOST: f64 = 0.005;

fn lay(shared: &Path) -> PathBuf {
    shared.join("relevance/lay")
}

fn lay_synonyms(shared: &Path) -> PathBuf {
    lay(shared).join("hpo-layperson.dev.tsv")
}

/// Judged topics.
struct TopicSet {
    name: &'static str,
    topics: Vec<Topic>,
    qrels: Qrels,
    options: Options,
}

impl TopicSet {
    fn medqa(shared: &Path, name: &'static str) -> Self {
        let medqa = shared.join("relevance/medqa");
        Self {
            name,
            topics: read_topics(&medqa.join(format!("topics.dev.{name}.tsv"))).unwrap(),
            qrels: read_qrels(&medqa.join("qrels.dev.txt")).unwrap(),
            options: Options::default(),
        }
    }

    fn lay_prose(shared: &Path) -> Self {
        let lay = lay(shared);
        Self {
            name: "lay prose",
            topics: read_topics(&lay.join("topics.dev.prose.tsv")).unwrap(),
            qrels: read_qrels(&lay.join("qrels.dev.prose.txt")).unwrap(),
            options: Options {
                drop: read_drops(&lay.join("neutral.dev.prose.txt")).unwrap(),
                ..Options::default()
            },
        }
    }

    fn ndcg(&self, library: &KnowledgeBase, understanding: Understanding) -> f64 {
        let options = SearchOptions {
            limit: 100,
            understanding,
            ..SearchOptions::default()
        };
        let mut run = Run::default();
        for topic in &self.topics {
            let hits = library.run(&topic.query, &options).unwrap().hits;
            let found = hits
                .iter()
                .map(|hit| (hit.run_id().to_owned(), f64::from(hit.score)));
            run.insert(&topic.id, found);
        }
        let measure = Measure::Ndcg(NonZeroUsize::new(10).unwrap());
        evaluate(&self.qrels, &run, &[measure], &self.options).mean[&measure]
    }
}

pub(super) fn lay_words_are_understood(shared: &Path) -> Done {
    let index = TempDir::new().unwrap();
    let mut library = KnowledgeBase::open_or_create(index.path()).unwrap();
    let articles = shared.join("relevance/medqa/articles.jsonl");
    library
        .index(&[articles], &IndexOptions::default(), &Silent)
        .unwrap();
    let sets = [
        TopicSet::lay_prose(shared),
        TopicSet::medqa(shared, "summary"),
        TopicSet::medqa(shared, "keywords"),
        TopicSet::medqa(shared, "full"),
    ];
    let scores = |library: &KnowledgeBase, understanding| {
        sets.each_ref().map(|set| set.ndcg(library, understanding))
    };
    let exact = scores(&library, Understanding::Exact);
    let built_in = scores(&library, Understanding::Full);
    let (_, mistakes) = library
        .import_vocabulary("lay", &lay_synonyms(shared))
        .unwrap();
    assert_eq!(mistakes, []);
    let imported = scores(&library, Understanding::Full);

    println!("nDCG@10     exact  built-in  imported");
    for (place, set) in sets.iter().enumerate() {
        println!(
            "{:<10} {:>6.4} {:>9.4} {:>9.4}",
            set.name, exact[place], built_in[place], imported[place]
        );
    }
    assert!(built_in[0] >= LEAST_BUILT_IN, "{}", built_in[0]);
    assert!(imported[0] >= LEAST_IMPORTED, "{}", imported[0]);
    for (place, set) in sets.iter().enumerate().skip(1) {
        for (with, score) in [("built-in", built_in[place]), ("imported", imported[place])] {
            assert!(
                score > exact[place] - MOST_LOST,
                "{}, {with}: {score} is less than {}",
                set.name,
                exact[place]
            );
        }
    }
    Done::Passed
}

/// The terms of a phrase without the words that carry no evidence, as a set: what makes two phrases the same here.
fn content(phrase: &str) -> BTreeSet<String> {
    Query::of_words(phrase)
        .clauses
        .into_iter()
        .flat_map(|clause| clause.terms)
        .map(|(_, term)| term)
        .collect()
}

/// What a vocabulary says of a phrase as a whole.
fn said_of(vocabularies: &Vocabularies, phrase: &str) -> Vec<Expansion> {
    let query = Query::parse(phrase);
    let mut expansions = vocabularies
        .expansions(&query, &Anything)
        .expect("expansions");
    expansions.retain(|expansion| expansion.clauses.len() == query.clauses.len());
    expansions
}

/// How many phrases a vocabulary has, says something of as a whole, and says something of in part.
fn print_known(what: &str, phrases: &[&str], vocabularies: &Vocabularies) {
    let own: HashSet<BTreeSet<String>> = vocabularies
        .iter()
        .flat_map(Vocabulary::phrases)
        .map(content)
        .collect();
    let count = |is_one: &dyn Fn(&str) -> bool| phrases.iter().filter(|one| is_one(one)).count();
    println!(
        "of {} {what} the built-in vocabulary has {}, says something of {} as a whole, and of {} at least in part",
        phrases.len(),
        count(&|phrase| own.contains(&content(phrase))),
        count(&|phrase| !said_of(vocabularies, phrase).is_empty()),
        count(&|phrase| !vocabularies
            .expansions(&Query::parse(phrase), &Anything)
            .expect("expansions")
            .is_empty()),
    );
}

/// How many pairs a vocabulary leads from the first to the second, as a whole.
fn print_led(what: &str, pairs: &[(&str, &str)], vocabularies: &Vocabularies) {
    let same = pairs
        .iter()
        .filter(|(from, to)| content(from) == content(to));
    let led = pairs.iter().filter(|(from, to)| {
        let to = content(to);
        said_of(vocabularies, from)
            .iter()
            .flat_map(|expansion| &expansion.variants)
            .any(|variant| content(&variant.surface) == to)
    });
    println!(
        "of {} pairs of {what} it leads {} from the first to the second; {} have the same words anyway",
        pairs.len(),
        led.count(),
        same.count()
    );
}

/// Prints how much the built-in vocabulary has in common with the shared ones, which it is measured with. It is no copy of
/// them where it leads from few of their synonyms to the name.
pub(super) fn overlap_is_told(shared: &Path) -> Done {
    let vocabularies = Vocabularies::built_in();
    let (groups, phrases) = Vocabulary::built_in().counts();
    println!("the built-in vocabulary has {groups} groups and {phrases} phrases");

    let table = std::fs::read_to_string(lay_synonyms(shared)).unwrap();
    let mut pairs: Vec<(&str, &str)> = Vec::new();
    for line in table.lines().skip(1) {
        let cells: Vec<&str> = line.split('\t').collect();
        let [_, label, synonym] = cells[..] else {
            panic!("not a line of three columns: {line:?}");
        };
        pairs.push((synonym, label));
    }
    let synonyms: BTreeSet<&str> = pairs.iter().map(|(synonym, _)| *synonym).collect();
    let labels: BTreeSet<&str> = pairs.iter().map(|(_, label)| *label).collect();
    print_known("lay synonyms", &Vec::from_iter(synonyms), &vocabularies);
    print_known("their labels", &Vec::from_iter(labels), &vocabularies);
    print_led("lay synonym and label", &pairs, &vocabularies);

    let ontology = std::fs::read_to_string(lay(shared).join("symp.obo")).unwrap();
    let terms = terms_of(&ontology);
    let names: BTreeSet<&str> = terms.iter().map(|(name, _)| *name).collect();
    print_known("names of symp.obo", &Vec::from_iter(names), &vocabularies);
    let pairs: Vec<(&str, &str)> = terms
        .iter()
        .flat_map(|(name, synonyms)| synonyms.iter().map(|synonym| (*synonym, *name)))
        .collect();
    print_led("synonym and name in symp.obo", &pairs, &vocabularies);
    Done::Passed
}

/// The terms of an ontology that are not obsolete: the name of each, and its synonyms of any scope.
fn terms_of(ontology: &str) -> Vec<(&str, Vec<&str>)> {
    let stanzas = ontology.split("\n[").skip(1);
    let terms = stanzas
        .filter(|stanza| stanza.starts_with("Term]") && !stanza.contains("\nis_obsolete: true"));
    terms
        .map(|stanza| {
            let mut names = stanza
                .lines()
                .filter_map(|line| line.strip_prefix("name: "));
            let synonyms = stanza.lines().filter_map(|line| {
                let quoted = line.strip_prefix("synonym: \"")?;
                quoted.split('"').next()
            });
            (names.next().unwrap(), synonyms.collect())
        })
        .collect()
}
