//! Which passages are worth scoring? The query that the server ranks by.
//!
//! ```text
//! score = Σ_t w(t) · tf/(tf + k1 (1 − b + b·len/avglen)) · Σ_{t there} w(t) / Σ_t w(t)  +  about what the names give
//! ```
//!
//! This is the formula of `engine/score.rs` as far as a server can work it out for one passage by itself: headings and text are one
//! field whose length is kept once, so a word gives up to [`Candidates::slack`] times as little; what the article adds is left out;
//! and of a name it is known how many words it has, not what they weigh. Weights come with the query, so nothing is ranked by the
//! server's own statistics. What is scored in the end, and in which order hits come, `search` says.

use super::schema::phrase;
use crate::engine::Filter;
use crate::engine::names::day_number;
use crate::engine::score::{Idea, WeightedQuery};
use crate::query::{Clause, Field as QueryField, Occur, Query};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// The longest average length that is told the server: with it in front, 13 bits of a boost are left for the weight.
const MOST_LENGTH: f32 = 1023.0;
/// The steps of a weight.
const STEPS: f32 = 8192.0;
/// How many clauses passages are ranked by, those of the heaviest words of a query; a server refuses more than 1,024 of all kinds, but
/// for the filters of functions, which it does not count.
const MOST_RANKED: usize = 750;
/// How many clauses there are for phrases that mean the same as what was typed, in what has to match.
const MOST_MATCHED: usize = 200;
/// How many clauses a word has: what it gives, and whether a name has it.
const OF_A_WORD: usize = 2;
/// How many a typed word of an idea has: together with the others, beside them or alone, in a passage or a name.
const OF_A_TYPED_WORD: usize = 6;
/// What a word of a name has in front of its weight, so that words are counted and weighed in one sum.
const COUNTED: f32 = 1024.0;
/// The inverse document frequency that a word of a name is taken to have that was not asked for: few have less ("disease",
/// "syndrome"). Where the words that were asked for weigh little themselves, all words of the index do, and it is a share of theirs.
const OTHER_WORDS: (f32, f32) = (1.0, 0.3);
/// By how much two lengths may differ of which one is kept as a whole, and the other in two parts.
const KEPT: f32 = 9.0 / 8.0;

/// What the server is asked for passages with.
pub(super) struct Candidates<'q> {
    query: &'q WeightedQuery,
    /// What a weight of 1 is for the server.
    unit: f32,
    /// The average length, as the server knows it.
    length: f32,
    /// The terms that belong to no idea, and the ideas, by which passages are ranked.
    terms: Vec<usize>,
    ideas: Vec<usize>,
    /// Whether these are all.
    pub(super) is_whole: bool,
}

impl<'q> Candidates<'q> {
    pub(super) fn new(query: &'q WeightedQuery) -> Self {
        let terms = query.terms.iter().map(|term| term.weight);
        let ideas = query.ideas.iter().flat_map(|idea| &idea.variants);
        let heaviest = terms
            .chain(ideas.map(|variant| variant.weight))
            .fold(0.0, f32::max);
        Self {
            query,
            unit: heaviest.max(f32::MIN_POSITIVE) * (1.0 + 2.0 / STEPS),
            length: query.average_length.round().clamp(1.0, MOST_LENGTH),
            terms: Vec::new(),
            ideas: Vec::new(),
            is_whole: true,
        }
        .choose()
    }

    /// Chooses the heaviest of what is asked for to rank by, as many as the server takes.
    fn choose(mut self) -> Self {
        let terms = (0..self.query.terms.len()).filter(|term| !self.query.terms[*term].has_idea);
        let terms = terms.map(|term| (self.query.terms[term].weight, OF_A_WORD, false, term));
        let ideas = self.query.ideas.iter().enumerate().map(|(at, idea)| {
            let variants = idea.variants.iter().map(|variant| 1 + variant.terms.len());
            let typed = idea.wordings.len() + OF_A_TYPED_WORD * idea.terms.len();
            (idea.weight, typed + variants.sum::<usize>(), true, at)
        });
        let mut all: Vec<(f32, usize, bool, usize)> = terms.chain(ideas).collect();
        all.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.2, a.3).cmp(&(b.2, b.3))));
        let mut clauses = 0;
        for (_, cost, is_idea, at) in all {
            if clauses > 0 && clauses + cost > MOST_RANKED {
                self.is_whole = false;
                continue;
            }
            clauses += cost;
            if is_idea {
                self.ideas.push(at);
            } else {
                self.terms.push(at);
            }
        }
        self
    }

    /// What a score of the server is in our own measure.
    pub(super) fn score(&self, of_server: f64) -> f32 {
        of_server as f32 * self.unit
    }

    /// How many times as much a passage may have by itself as the server says, at the most.
    pub(super) fn slack(&self) -> f32 {
        let default = crate::engine::Ranking::default();
        let ranking = &self.query.ranking;
        let short = (1.0 + default.k1 * (1.0 - default.b)) / (1.0 + ranking.k1 * (1.0 - ranking.b));
        let of_server = default.k1 * default.b / self.length;
        let ours = ranking.k1 * ranking.b * ranking.heading.min(1.0) / self.query.average_length;
        let long = KEPT * of_server / ours.max(f32::MIN_POSITIVE);
        short.max(long).max(1.0) * ranking.heading.max(1.0)
    }

    /// The most that any passage can have by itself.
    pub(super) fn most(&self) -> f32 {
        let plain = self.query.terms.iter().filter(|term| !term.has_idea);
        let ideas = self.query.ideas.iter().map(|idea| {
            let variants = idea.variants.iter().map(|variant| variant.weight);
            variants.fold(idea.typed_weight, f32::max)
        });
        plain.map(|term| term.weight).chain(ideas).sum()
    }

    /// The clauses one of which each passage has to match, as one query.
    pub(super) fn matching(&self) -> Value {
        let (mut own, mut names, mut headings) =
            (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        for term in &self.query.terms {
            match term.field {
                QueryField::Any => {
                    own.insert(&*term.text);
                    names.insert(&*term.text);
                }
                QueryField::Title => _ = names.insert(&*term.text),
                QueryField::Heading => _ = headings.insert(&*term.text),
            }
        }
        let mut any = Vec::new();
        let mut clauses = 0;
        for variant in self.query.ideas.iter().flat_map(|idea| &idea.variants) {
            if let [(_, term)] = variant.terms.as_slice() {
                own.insert(term);
                names.insert(term);
                continue;
            }
            clauses += 1 + variant.terms.len();
            if clauses <= MOST_MATCHED {
                any.push(self.variant(&variant.terms));
            }
        }
        for (field, words) in [("own", own), ("names", names), ("heading", headings)] {
            if !words.is_empty() {
                any.push(json!({"terms": {field: words}}));
            }
        }
        json!({"bool": {"should": any}})
    }

    /// A phrase of an idea: side by side in a passage, or all its words in a name.
    fn variant(&self, terms: &[(u32, String)]) -> Value {
        let in_names: Vec<Value> = terms
            .iter()
            .map(|(_, term)| json!({"term": {"names": term}}))
            .collect();
        json!({"bool": {"should": [
            side_by_side("own", terms, None),
            {"bool": {"filter": in_names}},
        ]}})
    }

    /// What passages are ranked by.
    pub(super) fn ranking(&self) -> Value {
        let mut evidence = Vec::new();
        let mut coverage = Vec::new();
        for term in self.terms.iter().copied() {
            evidence.push(self.term(term, 1.0));
            coverage.push(self.covers(&[self.is_there(term)], self.query.terms[term].weight));
        }
        for idea in self.ideas.iter().map(|idea| &self.query.ideas[*idea]) {
            evidence.push(self.idea(idea));
            coverage.extend(self.idea_covers(idea));
        }
        let own = json!({"function_score": {
            "query": {"bool": {"should": evidence}},
            "functions": coverage,
            "score_mode": "sum",
            "boost_mode": "multiply",
        }});
        json!([own, self.names()])
    }

    /// A boost that says the average length and a weight.
    fn boost(&self, weight: f32) -> f64 {
        let steps = (weight / self.unit * STEPS).ceil().clamp(1.0, STEPS - 1.0);
        f64::from(self.length + steps / STEPS)
    }

    /// A term, with a share of its weight.
    fn term(&self, at: usize, share: f32) -> Value {
        let term = &self.query.terms[at];
        // A word of a title gives nothing by itself; those of headings are words of the passage.
        if term.field == QueryField::Title {
            return json!({"match_none": {}});
        }
        json!({"term": {"own": {"value": term.text, "boost": self.boost(share * term.weight)}}})
    }

    fn is_there(&self, at: usize) -> Value {
        let term = &self.query.terms[at];
        let fields: &[&str] = match term.field {
            QueryField::Any => &["own", "names"],
            QueryField::Title => &["names"],
            QueryField::Heading => &["heading"],
        };
        let fields: Vec<Value> = fields
            .iter()
            .map(|field| json!({"term": {*field: term.text}}))
            .collect();
        json!({"bool": {"should": fields}})
    }

    fn covers(&self, any: &[Value], weight: f32) -> Value {
        let share = weight / self.query.total_weight.max(f32::MIN_POSITIVE);
        json!({"filter": {"bool": {"should": any}}, "weight": share})
    }

    /// The best of what an idea gives: as it was typed, or as it may be put otherwise.
    fn idea(&self, idea: &Idea) -> Value {
        let typed = |share: f32| -> Vec<Value> {
            idea.terms
                .iter()
                .map(|term| self.term(*term, share))
                .collect()
        };
        let mut ways = Vec::new();
        if idea.wordings.is_empty() {
            ways.push(json!({"bool": {"should": typed(1.0)}}));
        } else {
            let together: Vec<Value> = idea
                .wordings
                .iter()
                .map(|wording| side_by_side("own", wording, None))
                .collect();
            let all: Vec<Value> = idea.terms.iter().map(|term| self.is_there(*term)).collect();
            ways.push(json!({"bool": {
                "filter": [{"bool": {"should": together}}], "should": typed(1.0)}}));
            ways.push(json!({"bool": {"filter": all, "should": typed(0.5)}}));
            ways.push(json!({"bool": {"should": typed(0.25)}}));
        }
        for variant in &idea.variants {
            ways.push(match variant.terms.as_slice() {
                [(_, term)] => {
                    json!({"term": {"own": {"value": term, "boost": self.boost(variant.weight)}}})
                }
                terms => {
                    // The server adds up what each word of a phrase gives.
                    let parts = terms.len() * phrase(terms).len();
                    side_by_side(
                        "own",
                        terms,
                        Some(self.boost(variant.weight / parts as f32)),
                    )
                }
            });
        }
        json!({"dis_max": {"queries": ways}})
    }

    /// What of an idea's weight is covered: the whole where it is put otherwise, or typed as it is there; of a phrase whose words
    /// stand apart, a half, or a quarter.
    fn idea_covers(&self, idea: &Idea) -> Vec<Value> {
        let variants: Vec<Value> = idea
            .variants
            .iter()
            .map(|variant| match variant.terms.as_slice() {
                [(_, term)] => json!({"bool": {"should": [
                    {"term": {"own": term}}, {"term": {"names": term}}]}}),
                terms => self.variant(terms),
            })
            .collect();
        let typed: Vec<Value> = idea.terms.iter().map(|term| self.is_there(*term)).collect();
        let with =
            |more: Vec<Value>| -> Vec<Value> { variants.iter().cloned().chain(more).collect() };
        if idea.wordings.is_empty() {
            return vec![self.covers(&with(typed), idea.weight)];
        }
        let together = idea
            .wordings
            .iter()
            .map(|wording| side_by_side("own", wording, None));
        vec![
            self.covers(&with(typed.clone()), 0.25 * idea.weight),
            self.covers(
                &with(vec![json!({"bool": {"filter": typed}})]),
                0.25 * idea.weight,
            ),
            self.covers(&with(together.collect()), 0.5 * idea.weight),
        ]
    }

    /// Counts and weighs words of a name, where it has them all.
    fn named(&self, terms: &[&str], weight: f32) -> Value {
        let all: Vec<Value> = terms
            .iter()
            .map(|term| json!({"term": {"names": term}}))
            .collect();
        json!({"constant_score": {
            "filter": {"bool": {"filter": all}},
            "boost": COUNTED * terms.len() as f32 + weight / self.unit,
        }})
    }

    /// About what an article's names give: of the names that have some of the words, the weight of these by the share of the name that
    /// they are, as far as their number tells.
    fn names(&self) -> Value {
        let ideas = || self.ideas.iter().map(|idea| &self.query.ideas[*idea]);
        let of_ideas = ideas().flat_map(|idea| idea.terms.iter().copied());
        let typed = self.terms.iter().copied().chain(of_ideas);
        let typed = typed.map(|term| &self.query.terms[term]);
        let typed = typed.filter(|term| term.field != QueryField::Heading);
        let mut words: Vec<Value> = typed
            .map(|term| self.named(&[&*term.text], term.weight))
            .collect();
        let variants = ideas().flat_map(|idea| &idea.variants);
        words.extend(variants.map(|variant| {
            let terms: Vec<&str> = variant.terms.iter().map(|(_, term)| &**term).collect();
            self.named(&terms, variant.weight)
        }));
        let weights = self.query.terms.iter().map(|term| term.weight);
        let (most, share) = OTHER_WORDS;
        let other = weights.fold(most, |other, weight| other.min(share * weight));
        if words.is_empty() {
            return json!({"match_none": {}});
        }
        let source = "double count = Math.floor(_score / params.counted); \
            double weight = _score - params.counted * count; \
            if (weight <= 0 || doc['name_words'].size() == 0) { return 0; } \
            double others = Math.max(0, doc['name_words'].value - count); \
            return params.name * weight * Math.pow(weight / (weight + others * params.other), params.steepness);";
        json!({"function_score": {
            "query": {"bool": {"should": words}},
            "script_score": {"script": {"source": source, "params": {
                "counted": COUNTED,
                "name": self.query.ranking.name,
                "other": other / self.unit,
                "steepness": self.query.ranking.name_steepness,
            }}},
            "boost_mode": "replace",
        }})
    }
}

/// The passages in which a field has these terms side by side.
fn side_by_side(field: &str, terms: &[(u32, String)], boost: Option<f64>) -> Value {
    let texts = phrase(terms);
    let all: Vec<Value> = texts
        .iter()
        .map(|text| {
            let mut clause = json!({"query": text});
            if let Some(boost) = boost {
                clause["boost"] = json!(boost);
            }
            json!({"match_phrase": {field: clause}})
        })
        .collect();
    match all.as_slice() {
        [one] => one.clone(),
        _ => json!({"bool": {"must": all}}),
    }
}

/// Which passages may be found at all, whatever they say: what has to match, and what must not.
#[derive(Clone, Debug, Default)]
pub(super) struct Restriction {
    pub(super) required: Vec<Value>,
    pub(super) excluded: Vec<Value>,
    /// Whether it may let one passage of an article through and another not.
    pub(super) is_by_passage: bool,
}

impl Restriction {
    /// By what a query says that must be there, or must not, and by a filter.
    pub(super) fn new(query: &Query, filter: &Filter) -> Self {
        let mut restriction = Self::of_filter(filter);
        for clause in &query.clauses {
            match clause.occur {
                Occur::Should => continue,
                Occur::Must => restriction.required.push(holds(clause)),
                Occur::MustNot => restriction.excluded.push(holds(clause)),
            }
            restriction.is_by_passage = true;
        }
        restriction
    }

    /// By a filter alone.
    pub(super) fn of_filter(filter: &Filter) -> Self {
        let mut restriction = Self::default();
        let tags: Vec<String> = filter.tags.iter().map(|tag| tag.to_lowercase()).collect();
        for (field, values) in [
            ("source", &filter.sources),
            ("article", &filter.articles),
            ("tag", &tags),
        ] {
            if !values.is_empty() {
                restriction.required.push(json!({"terms": {field: values}}));
            }
        }
        if let Some(day) = filter.since.as_deref().and_then(day_number) {
            restriction
                .required
                .push(json!({"range": {"published": {"gte": day}}}));
        }
        if let Some(id) = &filter.except {
            restriction.excluded.push(json!({"term": {"passage": id}}));
            restriction.is_by_passage = true;
        }
        restriction
    }

    /// As one query, with others that have to match.
    pub(super) fn with(&self, others: &[&Value]) -> Value {
        let required: Vec<&Value> = self.required.iter().chain(others.iter().copied()).collect();
        json!({"bool": {"filter": required, "must_not": self.excluded}})
    }
}

/// The clause's word or phrase, in any of the fields it is looked for in.
fn holds(clause: &Clause) -> Value {
    let fields: &[&str] = match clause.field {
        QueryField::Any => &["title", "own"],
        QueryField::Title => &["title"],
        QueryField::Heading => &["heading"],
    };
    let any: Vec<Value> = fields
        .iter()
        .map(|field| match clause.terms.as_slice() {
            [(_, term)] => json!({"term": {*field: term}}),
            terms => side_by_side(field, terms, None),
        })
        .collect();
    json!({"bool": {"should": any}})
}
