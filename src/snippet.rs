//! Which part of a passage shows best why it was found? A window cut at sentences, and what stands out in it.
//!
//! Pure: a text and a query in, a text and offsets out.

use crate::analysis::{self, Beginning, Token, beginning};
use crate::query::{Occur, Query};
use crate::sentence::sentence_starts;
use std::ops::Range;

/// About how long a snippet is, in bytes: two to three lines of a terminal.
const WINDOW: usize = 240;

/// Part of a passage.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Snippet {
    /// The part; `…` at a border where text was left out.
    pub text: String,
    /// The matched words, as byte ranges of `text`, in order and apart from each other.
    pub highlights: Vec<Range<usize>>,
}

/// The best part of `text` for `query`.
pub fn snippet(text: &str, query: &Query) -> Snippet {
    let matches = matches(text, query);
    let window = best_window(text, &matches);
    cut(text, window, &matches)
}

/// All that stands out in `text` for `query`: byte ranges, in order and apart from each other.
pub fn highlights(text: &str, query: &Query) -> Vec<Range<usize>> {
    let mut spans: Vec<Range<usize>> = Vec::new();
    for found in matches(text, query) {
        match spans.last_mut() {
            Some(last) if found.span.start < last.end => last.end = last.end.max(found.span.end),
            _ => spans.push(found.span),
        }
    }
    spans
}

/// What can match: the terms of a word or phrase, and the clause that it stands for.
struct Pattern<'a> {
    terms: &'a [(u32, String)],
    clause: usize,
}

/// Everything that a query searches for: what was typed, and what means the same.
fn patterns(query: &Query) -> Vec<Pattern<'_>> {
    let typed = query.clauses.iter().enumerate();
    let typed = typed
        .filter(|(_, clause)| clause.occur != Occur::MustNot)
        .map(|(index, clause)| Pattern {
            terms: &clause.terms,
            clause: index,
        });
    let meant = query.expansions.iter().flat_map(|expansion| {
        let clause = expansion.clauses.first().copied().unwrap_or_default();
        let variants = expansion.variants.iter();
        variants.map(move |variant| Pattern {
            terms: &variant.terms,
            clause,
        })
    });
    typed.chain(meant).collect()
}

/// A stretch of text that matches, and which clause it matches.
struct Match {
    span: Range<usize>,
    clause: usize,
}

/// All matches in `text`, in order. The words of a phrase match only where the whole phrase stands.
fn matches(text: &str, query: &Query) -> Vec<Match> {
    let patterns = patterns(query);
    let tokens = analysis::tokens_beginning(text, &beginnings(&patterns));
    let mut matches: Vec<Match> = Vec::new();
    for pattern in &patterns {
        for (at, token) in tokens.iter().enumerate() {
            if let Some(end) = pattern_end(&tokens[at..], token, pattern.terms) {
                matches.push(Match {
                    span: token.span.start..end,
                    clause: pattern.clause,
                });
            }
        }
    }
    matches.sort_by_key(|found| (found.span.start, found.span.end, found.clause));
    matches
}

/// How the words begin that can match.
fn beginnings(patterns: &[Pattern<'_>]) -> Vec<Beginning> {
    let terms = patterns.iter().flat_map(|pattern| pattern.terms);
    let mut beginnings: Vec<Beginning> = terms.map(|(_, term)| beginning(term)).collect();
    beginnings.sort_unstable();
    beginnings.dedup();
    beginnings
}

/// Where a match of these terms that begins at `first` ends. `tokens` begins with `first`.
fn pattern_end(tokens: &[Token], first: &Token, terms: &[(u32, String)]) -> Option<usize> {
    // A word and the same word without its note digits begin at one place; only the one that is looked for matches.
    if terms.first().map(|(_, term)| term) != Some(&first.term) {
        return None;
    }
    let mut end = None;
    for (distance, term) in terms {
        let token = tokens
            .iter()
            .take_while(|token| token.position <= first.position + distance)
            .find(|token| token.position == first.position + distance && token.term == *term)?;
        if *distance == 0 && token.span.start != first.span.start {
            return None;
        }
        end = Some(token.span.end);
    }
    end
}

/// The run of whole sentences of about `WINDOW` bytes with the most different clauses, then the most matches; of equals the
/// first, begun at the sentence of its first match.
fn best_window(text: &str, matches: &[Match]) -> Range<usize> {
    let mut starts = vec![0];
    starts.extend(sentence_starts(text));
    let mut best = 0..0;
    let mut best_score = None;
    let mut best_first = 0;
    for (index, start) in starts.iter().enumerate() {
        let end = window_end(text, *start, &starts[index + 1..]);
        let first = matches.partition_point(|found| found.span.start < *start);
        let inside = matches[first..]
            .iter()
            .take_while(|found| found.span.end <= end);
        let (mut count, mut clauses) = (0, 0u128);
        for found in inside {
            count += 1;
            clauses |= 1 << (found.clause % 128);
        }
        let score = (clauses.count_ones(), count);
        // Of windows with the same matches the later leaves more to read after them.
        let same_matches = best_score == Some(score) && first == best_first && score.1 > 0;
        let is_better = same_matches || best_score.is_none_or(|best| score > best);
        if is_better {
            best_score = Some(score);
            best_first = first;
            best = *start..end;
        }
    }
    // A sentence longer than a window may hold its matches beyond the window's end.
    match matches.first() {
        Some(first) if best_score == Some((0, 0)) => around(text, &first.span),
        _ => best,
    }
}

/// The end of the last sentence that ends within a window of `start`, or a word's end where the first is longer.
fn window_end(text: &str, start: usize, next_starts: &[usize]) -> usize {
    let limit = start + WINDOW;
    let whole = next_starts
        .iter()
        .copied()
        .chain([text.len()])
        .take_while(|end| text[start..*end].trim_end().len() + start <= limit)
        .last();
    match whole {
        Some(end) => end,
        None => floor_word(text, limit),
    }
}

/// A window that begins a few words before `span`.
fn around(text: &str, span: &Range<usize>) -> Range<usize> {
    let start = floor_word(text, span.start.saturating_sub(WINDOW / 3));
    let start = text[start..]
        .char_indices()
        .find(|(_, letter)| !letter.is_whitespace())
        .map_or(start, |(at, _)| start + at);
    let end = floor_word(text, start + WINDOW).max(span.end);
    start..end
}

/// The last end of a word at or before `at`; `at` itself, at a character's border, where there is no space to cut at.
fn floor_word(text: &str, at: usize) -> usize {
    if at >= text.len() {
        return text.len();
    }
    let border = (0..=at)
        .rev()
        .find(|at| text.is_char_boundary(*at))
        .unwrap_or(0);
    match text[..border].rfind(char::is_whitespace) {
        Some(space) if border - space < WINDOW / 2 => space,
        _ => border,
    }
}

fn cut(text: &str, window: Range<usize>, matches: &[Match]) -> Snippet {
    let part = &text[window.clone()];
    let start = window.start + (part.len() - part.trim_start().len());
    let end = (window.start + part.trim_end().len()).max(start);
    let mut snippet = Snippet::default();
    if start > 0 {
        snippet.text.push_str("… ");
    }
    let shift = snippet.text.len();
    snippet.text.push_str(&text[start..end]);
    if !text[end..].trim().is_empty() {
        snippet.text.push_str(" …");
    }
    for found in matches {
        if found.span.start < start || found.span.end > end {
            continue;
        }
        let span = found.span.start - start + shift..found.span.end - start + shift;
        match snippet.highlights.last_mut() {
            Some(last) if span.start < last.end => last.end = last.end.max(span.end),
            _ => snippet.highlights.push(span),
        }
    }
    snippet
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(text: &str, query: &str) -> String {
        let snippet = snippet(text, &Query::parse(query));
        let mut marked = snippet.text.clone();
        for span in snippet.highlights.iter().rev() {
            marked.insert(span.end, ']');
            marked.insert(span.start, '[');
        }
        marked
    }

    #[test]
    fn a_short_passage_is_shown_whole_with_its_matches() {
        assert_eq!(
            marked("Apply ice. Spasms pass.", "spasm ice"),
            "Apply [ice]. [Spasms] pass."
        );
    }

    #[test]
    fn a_phrase_marks_no_word_that_stands_alone() {
        assert_eq!(
            marked(
                "Shortness of breath is a sign of strain. Breath matters.",
                "\"shortness of breath\""
            ),
            "[Shortness of breath] is a sign of strain. Breath matters."
        );
    }

    #[test]
    fn note_digits_stay_outside_the_mark() {
        assert_eq!(
            marked("leg pain called sciatica5 .", "sciatica"),
            "leg pain called [sciatica]5 ."
        );
    }

    #[test]
    fn the_window_holds_the_most_different_words_and_is_cut_at_sentences() {
        let filler = "Nothing of interest is said in this sentence at all. ".repeat(8);
        let text = format!("Ice is cold. {filler}Put ice on the sore muscle for minutes. {filler}");
        let shown = marked(&text, "ice muscle");
        assert!(shown.starts_with("… "), "{shown}");
        assert!(
            shown.contains("Put [ice] on the sore [muscle] for minutes."),
            "{shown}"
        );
        assert!(shown.ends_with("at all. …"), "{shown}");
        assert!(shown.len() < WINDOW + 40);
    }

    #[test]
    fn of_windows_that_are_as_good_the_first_is_shown() {
        let filler = "Nothing of interest is said in this sentence at all. ".repeat(8);
        let text =
            format!("{filler}Ice the muscle at first. {filler}Ice the muscle at last. {filler}");
        assert!(marked(&text, "ice muscle").starts_with("… [Ice] the [muscle] at first."));
    }

    #[test]
    fn a_match_deep_in_an_endless_sentence_is_shown() {
        let text = format!("{} sciatica {}", "word ".repeat(200), "more ".repeat(200));
        let shown = marked(&text, "sciatica");
        assert!(shown.contains("[sciatica]"), "{shown}");
        assert!(shown.len() < WINDOW + 40);
    }

    #[test]
    fn offsets_are_right_on_accents_emoji_and_ligatures() {
        assert_eq!(
            marked("Crème 🤕 pour l’œdème – ﬁn", "creme oedeme fin"),
            "[Crème] 🤕 pour l’œdème – [ﬁn]"
        );
        assert_eq!(marked("das Œdème hilft", "oedeme"), "das [Œdème] hilft");
        let long = "é".repeat(2000);
        assert!(snippet(&long, &Query::parse("x")).text.len() < WINDOW + 10);
    }

    #[test]
    fn what_must_not_match_is_not_marked_and_nothing_is_marked_twice() {
        assert_eq!(marked("back pain", "back -pain"), "[back] pain");
        assert_eq!(
            marked("back pain here", "\"back pain\" pain"),
            "[back pain] here"
        );
    }
}
