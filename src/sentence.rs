//! Where does a sentence end?

/// Words after which a full stop ends no sentence.
const ABBREVIATIONS: [&str; 24] = [
    "dr", "mr", "mrs", "ms", "prof", "st", "vs", "e.g", "i.e", "etc", "approx", "no", "fig", "jr",
    "sr", "inc", "dept", "u.s", "u.k", "a.m", "p.m", "al", "ph.d", "m.d",
];

/// The offsets at which sentences of `text` begin, after the first. A border is a `.`, `!` or `?` (with closing quotes
/// and brackets), then white space, then anything but a lower-case letter; or a line feed.
pub(crate) fn sentence_starts(text: &str) -> Vec<usize> {
    let mut starts = Vec::new();
    let mut word_start = 0;
    let mut ended = false;
    let mut previous_was_space = false;
    for (at, letter) in text.char_indices() {
        if letter.is_whitespace() {
            if !previous_was_space {
                ended = ended || ends_sentence(&text[word_start..at]);
            }
            ended |= letter == '\n';
            previous_was_space = true;
            continue;
        }
        if previous_was_space {
            if ended && (!letter.is_lowercase() || text[..at].ends_with('\n')) {
                starts.push(at);
            }
            word_start = at;
            ended = false;
            previous_was_space = false;
        }
    }
    starts
}

fn ends_sentence(word: &str) -> bool {
    // Nearly every word ends in a letter, and needs no closer look.
    if word
        .bytes()
        .next_back()
        .is_none_or(|last| last.is_ascii_alphanumeric() || last == b',')
    {
        return false;
    }
    let bare = word.trim_end_matches(['"', '\'', ')', ']', '”', '’', '»']);
    let stem = bare.trim_end_matches(['.', '!', '?', '…', '。']);
    if stem.len() == bare.len() {
        return false;
    }
    if !bare.ends_with('.') {
        return true;
    }
    let stem = stem.trim_start_matches(['"', '\'', '(', '[', '“', '‘']);
    let is_initial = stem.chars().count() == 1 && stem.chars().all(char::is_uppercase);
    !(is_initial || ABBREVIATIONS.contains(&stem.to_lowercase().as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sentences(text: &str) -> Vec<&str> {
        let mut from = 0;
        let mut parts = Vec::new();
        for start in sentence_starts(text).into_iter().chain([text.len()]) {
            parts.push(text[from..start].trim());
            from = start;
        }
        parts
    }

    #[test]
    fn sentences_end_at_marks_before_a_new_beginning() {
        assert_eq!(
            sentences("It hurts. Why? \"Because.\" 30 minutes help! fine"),
            ["It hurts.", "Why?", "\"Because.\"", "30 minutes help! fine"]
        );
    }

    #[test]
    fn abbreviations_and_initials_end_nothing() {
        assert_eq!(sentences("Ask Dr. Brown or J. Smith, e.g. Today.").len(), 1);
        assert_eq!(sentences("See a doctor vs. Waiting. Then rest.").len(), 2);
    }

    #[test]
    fn a_line_is_a_border_whatever_follows() {
        assert_eq!(sentences("- ice\n- heat"), ["- ice", "- heat"]);
    }
}
