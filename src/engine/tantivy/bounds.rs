//! How much can a passage score at the most, by which words of the query it has?
//!
//! Each word of the query has a bit; so have, for each idea, all that means the same, which share one. A passage is marked with the
//! bits of the words it has and with those of the words that its article's names have. What such a mark allows at the most is looked
//! up in tables of [`BITS_OF_A_TABLE`] bits each, made once a query: coverage makes it fall much faster than the number of words,
//! so nearly all passages that lack a word of some weight are ruled out without a look at how often they have the others.

use super::score::Scorer;
use crate::engine::score::{ALL, Idea};

/// How many bits one table is for: 2,048 numbers, three times.
const BITS_OF_A_TABLE: usize = 11;
/// How many tables there are at the most.
const MOST_TABLES: usize = 5;
/// Stands for all words for which no other bit was left: the lightest of a long query.
const SHARED: u64 = 1 << (BITS_OF_A_TABLE * MOST_TABLES);

/// Room for the rounding of sums when a bound is compared with a score.
pub(super) const ROUNDING: f32 = 1.0001;

/// The words that a passage has, as bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Mark {
    /// Those of its text and headings.
    pub(super) own: u64,
    /// Those of its article's names.
    pub(super) names: u64,
}

impl Mark {
    /// Of which everything has to be found out.
    pub(super) const UNKNOWN: Self = Self {
        own: u64::MAX,
        names: u64::MAX,
    };

    pub(super) fn is_empty(self) -> bool {
        self.own | self.names == 0
    }
}

/// What marks allow, for one query.
pub(super) struct Bounds {
    /// For each term of the query.
    of_terms: Vec<u64>,
    /// For each idea, the bit of all its variants.
    of_variants: Vec<u64>,
    tables: Vec<Table>,
    /// What the words with the bit [`SHARED`] give and weigh together.
    shared: Weights,
    total_weight: f32,
    /// All bits of words that give evidence, the lightest first.
    by_weight: Vec<(u64, f32)>,
    /// Where one table holds all bits: what a passage with each set of them has at the most, without names.
    without_names: Vec<f32>,
}

/// What some words give at the most.
#[derive(Clone, Copy, Debug, Default)]
struct Weights {
    /// To the passage that has them, before coverage, where its article's names have none of the query's.
    evidence: f32,
    /// The same where they have some: these count as words of a phrase, too.
    evidence_beside_names: f32,
    /// Of the query's weight.
    covered: f32,
    /// As words of a name.
    name: f32,
}

impl Weights {
    fn add(&mut self, other: Self) {
        self.evidence += other.evidence;
        self.evidence_beside_names += other.evidence_beside_names;
        self.covered += other.covered;
        self.name += other.name;
    }
}

/// What each set of a few neighbouring bits allows.
struct Table {
    shift: usize,
    mask: u64,
    sets: Vec<Weights>,
}

/// A word of its own, or an idea, whose bits have to be looked at together.
enum Group<'a> {
    Term(usize),
    Idea(usize, &'a Idea),
}

impl Group<'_> {
    fn bits(&self) -> usize {
        match self {
            Self::Term(_) => 1,
            Self::Idea(_, idea) => idea.terms.len() + 1,
        }
    }

    fn weight(&self, scorer: &Scorer<'_>) -> f32 {
        match self {
            Self::Term(term) => scorer.terms[*term].weight,
            Self::Idea(_, idea) => idea.most(),
        }
    }

    /// What those of its bits that are in `set` allow.
    fn weights(&self, set: u64, scorer: &Scorer<'_>) -> Weights {
        match self {
            Self::Term(_) if set == 0 => Weights::default(),
            Self::Term(term) => {
                let weight = scorer.terms[*term].weight;
                Weights {
                    evidence: weight,
                    evidence_beside_names: weight,
                    covered: weight,
                    name: scorer.ranking.name * weight,
                }
            }
            Self::Idea(_, idea) => {
                let there = (0..idea.terms.len()).filter(|bit| set & (1 << bit) != 0);
                let typed: f32 = there
                    .map(|term| scorer.terms[idea.terms[term]].weight)
                    .sum();
                let has_variant = set & (1 << idea.terms.len()) != 0;
                idea.bound(typed, has_variant, scorer.ranking.name)
            }
        }
    }
}

impl Idea {
    /// The heaviest of what means the same.
    fn heaviest_variant(&self) -> f32 {
        let weights = self.variants.iter().map(|variant| variant.weight);
        weights.fold(0.0, f32::max)
    }

    /// The most that it can give.
    fn most(&self) -> f32 {
        self.heaviest_variant().max(self.typed_weight)
    }

    /// What typed words of this weight allow, with or without any of what means the same.
    fn bound(&self, typed: f32, has_variant: bool, name: f32) -> Weights {
        // Words that could stand together are taken to.
        let share = self.share(typed, typed >= self.typed_weight * ALL);
        let variant = if has_variant {
            self.heaviest_variant()
        } else {
            0.0
        };
        Weights {
            evidence: (share.evidence * typed).max(variant),
            evidence_beside_names: typed.max(variant),
            covered: if has_variant {
                self.weight.max(share.covered)
            } else {
                share.covered
            },
            name: name * typed.max(variant),
        }
    }
}

impl Bounds {
    pub(super) fn new(scorer: &Scorer<'_>) -> Self {
        let plain = (0..scorer.terms.len()).filter(|term| !scorer.terms[*term].has_idea);
        let ideas = scorer.ideas.iter().enumerate();
        let mut groups: Vec<Group<'_>> = plain
            .map(Group::Term)
            .chain(ideas.map(|(at, idea)| Group::Idea(at, idea)))
            .collect();
        groups.sort_by(|a, b| b.weight(scorer).total_cmp(&a.weight(scorer)));
        let mut bounds = Self {
            of_terms: vec![SHARED; scorer.terms.len()],
            of_variants: vec![SHARED; scorer.ideas.len()],
            tables: Vec::new(),
            shared: Weights::default(),
            total_weight: scorer.total_weight,
            by_weight: Vec::new(),
            without_names: Vec::new(),
        };
        let mut of_table: Vec<Vec<Group<'_>>> = Vec::new();
        let mut used = BITS_OF_A_TABLE;
        for group in groups {
            let bits = group.bits();
            let has_room = used + bits <= BITS_OF_A_TABLE;
            if bits > BITS_OF_A_TABLE || (!has_room && of_table.len() == MOST_TABLES) {
                bounds.shared.add(group.weights(u64::MAX, scorer));
                continue;
            }
            if !has_room {
                of_table.push(Vec::new());
                used = 0;
            }
            let first = (of_table.len() - 1) * BITS_OF_A_TABLE + used;
            bounds.name_bits(&group, first, scorer);
            used += bits;
            if let Some(table) = of_table.last_mut() {
                table.push(group);
            }
        }
        for (at, groups) in of_table.iter().enumerate() {
            bounds
                .tables
                .push(Table::new(at * BITS_OF_A_TABLE, groups, scorer));
        }
        if bounds.shared.covered > 0.0 {
            bounds.by_weight.push((SHARED, bounds.shared.evidence));
        }
        bounds.by_weight.sort_by(|(_, a), (_, b)| a.total_cmp(b));
        if let [table] = bounds.tables.as_slice()
            && bounds.shared.covered == 0.0
        {
            let sets = 0..table.sets.len() as u64;
            let marks = sets.map(|own| Mark { own, names: 0 });
            bounds.without_names = marks.map(|mark| bounds.of(mark).0).collect();
        }
        bounds
    }

    /// Gives a group the bits from `first` on.
    fn name_bits(&mut self, group: &Group<'_>, first: usize, scorer: &Scorer<'_>) {
        match group {
            Group::Term(term) => {
                self.of_terms[*term] = 1 << first;
                self.by_weight
                    .push((1 << first, scorer.terms[*term].weight));
            }
            Group::Idea(at, idea) => {
                for (place, term) in idea.terms.iter().enumerate() {
                    self.of_terms[*term] = 1 << (first + place);
                    self.by_weight
                        .push((1 << (first + place), scorer.terms[*term].weight));
                }
                let bit = 1 << (first + idea.terms.len());
                self.of_variants[*at] = bit;
                self.by_weight.push((bit, idea.heaviest_variant()));
            }
        }
    }

    /// The bit of a term, by its place in the query.
    pub(super) fn term(&self, term: usize) -> u64 {
        self.of_terms[term]
    }

    /// The bit of all that means the same as an idea, by the idea's place.
    pub(super) fn variants(&self, idea: usize) -> u64 {
        self.of_variants[idea]
    }

    /// The most that a passage with this mark has by itself, and by its article's names.
    pub(super) fn of(&self, mark: Mark) -> (f32, f32) {
        let mut sum = Weights::default();
        let any = mark.own | mark.names;
        for table in &self.tables {
            let set = |bits: u64| &table.sets[((bits >> table.shift) & table.mask) as usize];
            sum.evidence += if mark.names == 0 {
                set(mark.own).evidence
            } else {
                set(mark.own).evidence_beside_names
            };
            sum.covered += set(any).covered;
            sum.name += set(mark.names).name;
        }
        if any & SHARED != 0 {
            sum.add(self.shared);
        }
        let coverage = (sum.covered / self.total_weight).min(1.0);
        (sum.evidence * coverage * ROUNDING, sum.name * ROUNDING)
    }

    /// The most that a passage with these words has, whose article's names have none.
    #[inline]
    pub(super) fn without_names(&self, own: u64) -> f32 {
        match self.without_names.get(own as usize) {
            Some(most) => *most,
            None => self.of(Mark { own, names: 0 }).0,
        }
    }

    /// The most that any passage has by itself.
    pub(super) fn most(&self) -> f32 {
        self.of(Mark::UNKNOWN).0
    }

    /// As many words as may be, the lightest first, that without any others and without names leave a passage below `least`,
    /// whatever else `article` its article gives it.
    pub(super) fn too_light(&self, least: f32, article: f32) -> u64 {
        let mut light = 0;
        for (bit, _) in &self.by_weight {
            let more = Mark {
                own: light | bit,
                names: 0,
            };
            if self.of(more).0 + article >= least {
                break;
            }
            light = more.own;
        }
        light
    }
}

impl Table {
    fn new(shift: usize, groups: &[Group<'_>], scorer: &Scorer<'_>) -> Self {
        let bits: usize = groups.iter().map(Group::bits).sum();
        let mut sets = vec![Weights::default(); 1 << bits];
        let mut first = 0;
        for group in groups {
            let own = (1u64 << group.bits()) - 1;
            let of_subsets: Vec<Weights> = (0..=own)
                .map(|subset| group.weights(subset, scorer))
                .collect();
            for (set, weights) in sets.iter_mut().enumerate() {
                weights.add(of_subsets[((set as u64 >> first) & own) as usize]);
            }
            first += group.bits();
        }
        Self {
            shift,
            mask: (1 << bits) - 1,
            sets,
        }
    }
}
