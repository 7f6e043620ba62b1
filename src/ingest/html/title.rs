//! What is the article called, of all the titles a page gives itself?

/// The titles that a page gives itself.
#[derive(Debug, Default)]
pub(super) struct Titles<'a> {
    /// Names of the site: where it is stated, and what links to its front page are called.
    pub(super) sites: Vec<&'a str>,
    /// Titles in the page's metadata, the most trusted first.
    pub(super) stated: Vec<&'a str>,
    /// `<title>`.
    pub(super) document: Option<&'a str>,
    /// First-level headings, which a reader sees.
    pub(super) headings: &'a [String],
    /// Second- and third-level headings: on blogs and boards one of them is the title, under the name of the site.
    pub(super) lesser: &'a [String],
}

/// Longer titles are cut: what is compared word by word has to have a bound.
const LONGEST: usize = 400;

/// More parts between separators are no site's name.
const MOST_PARTS: usize = 8;

/// The title a reader would give.
pub(super) fn choose(titles: &Titles<'_>) -> Option<String> {
    let clean = |title: &&str| without_site(&unescape(clip(title)), titles);
    let stated: Vec<String> = titles.stated.iter().map(clean).collect();
    let document = titles.document.as_ref().map(clean);
    // The version that a reader sees as the heading of the page, in the reader's spelling.
    let agreed = titles.headings.iter().find(|heading| {
        stated
            .iter()
            .chain(&document)
            .any(|title| plain(title) == plain(heading))
    });
    if let Some(heading) = agreed {
        return Some(heading.clone());
    }
    // Some pages print the title with one word more, or shortened with dots; one heading and most of its words is enough.
    let similar = titles.headings.iter().find(|heading| {
        stated
            .iter()
            .chain(&document)
            .any(|title| similarity(title, heading) > 0.75 && similarity(heading, title) > 0.5)
    });
    similar
        .cloned()
        .or_else(|| stated.into_iter().find(|title| !title.is_empty()))
        .or(document)
        .or_else(|| titles.headings.first().cloned())
        .filter(|title| !title.is_empty())
}

/// The title of a page without the name of its site.
fn without_site(title: &str, titles: &Titles<'_>) -> String {
    const SEPARATORS: [&str; 9] = [
        " | ", " - ", " – ", " — ", " » ", " « ", " :: ", " · ", " • ",
    ];
    let sites: Vec<String> = titles.sites.iter().map(|site| plain(site)).collect();
    let is_site = |part: &str| sites.contains(&plain(part));
    let is_heading = |part: &str| {
        let part = plain(part);
        !part.is_empty()
            && titles
                .headings
                .iter()
                .chain(titles.lesser)
                .any(|heading| plain(heading) == part)
    };
    // Behind a colon stands what a title is about, unless what is before it is the name of the site.
    for (at, _) in title.match_indices(": ").take(MOST_PARTS) {
        let (before, behind) = (&title[..at], &title[at + 2..]);
        if is_site(before) || (is_heading(behind) && !is_heading(title)) {
            return without_site(behind, titles);
        }
    }
    let mut parts: Vec<(usize, usize)> = Vec::new();
    let mut at = 0;
    loop {
        let next = SEPARATORS
            .iter()
            .filter_map(|separator| {
                title[at..]
                    .find(separator)
                    .map(|found| (at + found, separator.len()))
            })
            .min();
        let next = next.filter(|_| parts.len() + 1 < MOST_PARTS);
        let Some((found, length)) = next else {
            parts.push((at, title.len()));
            break;
        };
        parts.push((at, found));
        at = found + length;
    }
    if parts.len() < 2 {
        return title.trim().to_owned();
    }
    // A part, or several in a row, that is a heading of the page; the longest, since the site's name is one, too.
    let heading = (0..parts.len())
        .flat_map(|from| (from..parts.len()).map(move |to| (from, to)))
        .map(|(from, to)| title[parts[from].0..parts[to].1].trim())
        .filter(|part| is_heading(part))
        .max_by_key(|part| (!is_site(part), part.len()));
    if let Some(heading) = heading {
        return heading.to_owned();
    }
    let (mut first, mut last) = (0, parts.len() - 1);
    let names_site = |part: &(usize, usize)| is_site(&title[part.0..part.1]);
    while last > first && names_site(&parts[last]) {
        last -= 1;
    }
    while first < last && names_site(&parts[first]) {
        first += 1;
    }
    if (first, last) == (0, parts.len() - 1) {
        // Without a name to go by, the last part is the site's where the rest is a title by its length.
        let rest = &title[parts[0].0..parts[last - 1].1];
        let tail = &title[parts[last].0..parts[last].1];
        let words = |text: &str| text.split_whitespace().count();
        if words(rest) >= 2 && words(tail) <= 5 && words(tail) <= words(rest) {
            last -= 1;
        }
    }
    title[parts[first].0..parts[last].1].trim().to_owned()
}

/// Letters and digits only, in lower case: what is left when two spellings of a title are compared.
pub(super) fn plain(text: &str) -> String {
    text.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

/// Some pages escape their metadata twice.
fn unescape(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    text.replace("&amp;", "&")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&#039;", "'")
        .replace("&#8217;", "’")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
}

fn clip(title: &str) -> &str {
    let end = (0..=LONGEST.min(title.len()))
        .rev()
        .find(|at| title.is_char_boundary(*at))
        .unwrap_or(0);
    &title[..end]
}

/// How much of the heading's words the title has, by letters: 1 where all are there.
pub(super) fn similarity(title: &str, heading: &str) -> f64 {
    let words = |text: &str| -> Vec<String> {
        text.to_lowercase()
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .map(str::to_owned)
            .collect()
    };
    let (title, heading) = (words(title), words(heading));
    let letters =
        |words: &mut dyn Iterator<Item = &String>| -> usize { words.map(String::len).sum() };
    let all = letters(&mut heading.iter());
    if all == 0 || title.is_empty() {
        return 0.0;
    }
    let found = letters(&mut heading.iter().filter(|word| title.contains(word)));
    found as f64 / all as f64
}
