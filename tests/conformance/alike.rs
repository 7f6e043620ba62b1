//! Do two engines give the same answers, to the last bit? Articles and questions made by chance, asked of both.

use super::{article, commit};
use ibid::article::Article;
use ibid::engine::{Engine, Filter, Page, Ranking, Reader};
use ibid::query::{Clause, Expansion, Occur, Query, Variant};

/// As words, and as terms: none of them is changed by stemming.
const WORDS: [&str; 24] = [
    "leg", "cramp", "night", "heart", "attack", "pain", "back", "spasm", "salt", "water", "arm",
    "skin", "rash", "itch", "cough", "fever", "nose", "blood", "sugar", "sleep", "knee", "hand",
    "foot", "neck",
];

/// xorshift* (Vigna 2016).
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % bound
    }

    /// A word: the first ones far oftener than the last.
    fn word(&mut self) -> &'static str {
        let most = 1 + self.below(WORDS.len());
        WORDS[self.below(most)]
    }

    fn words(&mut self, count: usize) -> String {
        let words: Vec<&str> = (0..count).map(|_| self.word()).collect();
        words.join(" ")
    }
}

fn articles(random: &mut Random) -> Vec<Article> {
    (0..240)
        .map(|number| {
            let length = 1 + random.below(4);
            let title = random.words(length);
            let sections: Vec<(String, String)> = (0..1 + random.below(5))
                .map(|_| {
                    let (heading, text) = (1 + random.below(2), 1 + random.below(60));
                    let mut text = random.words(text);
                    if random.below(3) == 0 {
                        text.push('\n');
                        text.push_str(&random.words(4));
                    }
                    (random.words(heading), text)
                })
                .collect();
            let sections: Vec<(&str, &str)> = sections
                .iter()
                .map(|(heading, text)| (heading.as_str(), text.as_str()))
                .collect();
            let mut article = article(&format!("a{number:03}"), &title, &sections);
            article.source.name = format!("source{}", number % 3);
            article.tags = vec![format!("Tag{}", number % 4)];
            article.published = (number % 5 > 0).then(|| format!("{}-03-01", 2018 + number % 6));
            article.aliases = if number % 7 == 0 {
                vec![random.words(2)]
            } else {
                Vec::new()
            };
            article
        })
        .collect()
}

/// A question: words, phrases, fields, exclusions, and what means the same as some of the words.
fn query(random: &mut Random) -> Query {
    let mut text = String::new();
    for _ in 0..1 + random.below(4) {
        let word = random.words(1);
        let phrase = random.words(2);
        text.push_str(&match random.below(12) {
            0 => format!("\"{phrase}\" "),
            1 => format!("title:{word} "),
            2 => format!("heading:{word} "),
            3 => format!("-{word} "),
            _ => format!("{word} "),
        });
    }
    let mut query = Query::parse(&text);
    let typed: Vec<usize> = (0..query.clauses.len())
        .filter(|clause| is_plain(&query.clauses[*clause]))
        .collect();
    if let [first, .., last] = typed.as_slice() {
        let clauses = if random.below(2) == 0 {
            vec![*first]
        } else {
            vec![*first, *last]
        };
        let terms: Vec<String> = clauses
            .iter()
            .map(|clause| query.clauses[*clause].terms[0].1.clone())
            .collect();
        let wordings = if terms.len() > 1 {
            vec![(0u32..).zip(terms.iter().cloned()).collect()]
        } else {
            Vec::new()
        };
        let variants = (0..1 + random.below(2)).map(|_| {
            let count = 1 + random.below(2);
            let surface = random.words(count);
            Variant {
                terms: (0u32..)
                    .zip(surface.split(' ').map(str::to_owned))
                    .collect(),
                surface,
                weight: 0.9,
            }
        });
        query.expansions.push(Expansion {
            from: terms.join(" "),
            clauses,
            wordings,
            variants: variants.collect(),
            vocabulary: "test".to_owned(),
        });
    }
    query
}

fn is_plain(clause: &Clause) -> bool {
    clause.occur == Occur::Should && clause.terms.len() == 1
}

fn filter(random: &mut Random) -> Filter {
    let mut filter = Filter::default();
    match random.below(8) {
        0 => filter.sources.push("source1".to_owned()),
        1 => filter.tags.push("tag2".to_owned()),
        2 => filter.since = Some("2020-01-01".to_owned()),
        3 => filter.articles = vec!["a001".to_owned(), "a002".to_owned(), "a100".to_owned()],
        4 => filter.except = Some("a000#h".to_owned()),
        _ => {}
    }
    filter
}

/// Fills two engines alike and asks both the same.
pub fn answer_alike(one: &impl Engine, other: &impl Engine) {
    let mut random = Random(0x1bd1_1bda_2026_1122);
    let mut all = articles(&mut random);
    for engine in [one as &dyn Engine, other] {
        commit(engine, 2, &all);
    }
    // Some are replaced, so that what was there before must not count.
    let changed: Vec<Article> = all
        .iter_mut()
        .step_by(9)
        .map(|article| {
            article.title = random.words(2);
            article.clone()
        })
        .collect();
    for engine in [one as &dyn Engine, other] {
        commit(engine, 2, &changed);
    }
    let (one, other) = (one.reader().unwrap(), other.reader().unwrap());
    assert_eq!(one.commit(), other.commit());
    let mut found = 0;
    for _ in 0..150 {
        let (query, filter) = (query(&mut random), filter(&mut random));
        let limit = [1, 5, 10, 60][random.below(4)];
        found += same(&*one, &*other, &query, &filter, limit);
    }
    assert!(found > 500, "questions that nothing answers show nothing");
    for word in ["cramp", "carmp", "blod", "sleeping", "x"] {
        assert_eq!(
            one.word_count(word).unwrap(),
            other.word_count(word).unwrap()
        );
        for distance in 0..=3 {
            let similar = |reader: &dyn Reader| {
                let words = reader.similar_words(word, distance).unwrap();
                let words = words.into_iter().map(|found| (found.word, found.uses));
                words.collect::<Vec<_>>()
            };
            assert_eq!(similar(&*one), similar(&*other), "{word} {distance}");
        }
    }
    let terms: Vec<String> = WORDS.iter().map(|word| (*word).to_owned()).collect();
    assert_eq!(
        one.frequencies(&terms).unwrap(),
        other.frequencies(&terms).unwrap()
    );
    assert_eq!(one.articles().unwrap(), other.articles().unwrap());
}

/// Asks both readers one question; gives how many passages answer it.
fn same(
    one: &dyn Reader,
    other: &dyn Reader,
    query: &Query,
    filter: &Filter,
    limit: usize,
) -> usize {
    let ranking = Ranking::default();
    let page = Page { limit, offset: 0 };
    let a = one.search(query, filter, &ranking, page).unwrap();
    let b = other.search(query, filter, &ranking, page).unwrap();
    let text = format!("{:?} {:?} {filter:?}", query.text, query.expansions);
    assert_eq!(a.total, b.total, "{text}");
    let order = |found: &ibid::engine::Found| {
        let hits = found.hits.iter();
        hits.map(|hit| (hit.record.passage.id.clone(), hit.score.to_bits()))
            .collect::<Vec<_>>()
    };
    assert_eq!(order(&a), order(&b), "{text}");
    for (a, b) in a.hits.iter().zip(&b.hits).take(3) {
        assert_eq!(a.record, b.record, "{text}");
        assert_eq!(
            one.explain(query, &ranking, &a.record).unwrap(),
            other.explain(query, &ranking, &b.record).unwrap(),
            "{text}"
        );
    }
    assert_eq!(
        one.count(query, filter).unwrap(),
        other.count(query, filter).unwrap(),
        "{text}"
    );
    a.hits.len()
}
