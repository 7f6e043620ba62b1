//! Which day does a line or a piece of metadata name? Several ways of writing a date, one way out: `YYYY-MM-DD`.

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

const WEEKDAYS: [&str; 7] = [
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
];

/// The first date in `text`: ISO 8601 (`2024-04-16`, with or without a time), or day, month by name and year in either
/// order (`April 16, 2024`, `16 Apr 2024`, `Tue, 16 April 2024`, `16th of April 2024`). All-number forms such as
/// `04/05/2024` mean different days on different continents and are not read. `None` where there is no real date.
pub fn find_date(text: &str) -> Option<String> {
    if !has_digit(text) {
        return None;
    }
    let tokens: Vec<&str> = tokens(text).collect();
    (0..tokens.len()).find_map(|start| date_at(&tokens[start..]).map(|(date, _)| date))
}

/// The day that a person means by `text`, where one is asked for: any day as `YYYY-MM-DD` (RFC 3339, full-date), or else what
/// [`date_line`] reads.
pub fn asked_day(text: &str) -> Option<String> {
    let is_full = text.len() == 10
        && text
            .bytes()
            .all(|byte| byte == b'-' || byte.is_ascii_digit());
    if is_full && text.parse::<jiff::civil::Date>().is_ok() {
        return Some(text.to_owned());
    }
    date_line(text)
}

/// The date, where `text` is a date and nothing else (a weekday, a time of day and words such as "Published" or
/// "Last updated" aside).
pub fn date_line(text: &str) -> Option<String> {
    const AROUND: [&str; 26] = [
        "published",
        "updated",
        "last",
        "reviewed",
        "posted",
        "on",
        "date",
        "modified",
        "by",
        "the",
        "of",
        "at",
        "am",
        "pm",
        "et",
        "est",
        "utc",
        "gmt",
        "and",
        "medically",
        "first",
        "page",
        "created",
        "posting",
        "written",
        "this",
    ];
    if !has_digit(text) {
        return None;
    }
    let tokens: Vec<&str> = tokens(text).collect();
    let mut date = None;
    let mut index = 0;
    while index < tokens.len() {
        if let Some((found, used)) = date_at(&tokens[index..]) {
            date.get_or_insert(found);
            index += used;
            continue;
        }
        let token = tokens[index].to_lowercase();
        let clock = date.is_some() && token.bytes().all(|byte| byte.is_ascii_digit());
        if !(clock || AROUND.contains(&token.as_str()) || is_name(&token, &WEEKDAYS).is_some()) {
            return None;
        }
        index += 1;
    }
    date
}

/// Most lines have no number, and so no date.
fn has_digit(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_digit())
}

/// Runs of letters or digits; a run of one sort ends where the other begins, so that `16th` is `16`, `th`.
fn tokens(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric())
        .flat_map(|run| {
            let border = run
                .char_indices()
                .zip(run.chars().skip(1))
                .find(|((_, a), b)| a.is_ascii_digit() != b.is_ascii_digit())
                .map(|((at, a), _)| at + a.len_utf8());
            match border {
                Some(at) => [&run[..at], &run[at..]],
                None => [run, ""],
            }
        })
        .filter(|token| !token.is_empty())
}

/// A date at the head of `tokens`, and how many of them it takes.
fn date_at(tokens: &[&str]) -> Option<(String, usize)> {
    let skip = |at: usize| -> usize {
        let filler = tokens.get(at).map(|token| token.to_ascii_lowercase());
        match filler.as_deref() {
            Some("st" | "nd" | "rd" | "th") => {
                at + 1 + usize::from(tokens.get(at + 1).is_some_and(|next| *next == "of"))
            }
            Some("of") => at + 1,
            _ => at,
        }
    };
    let first = *tokens.first()?;
    // "June" and "July" have four letters, too.
    if first.len() == 4 && first.bytes().all(|byte| byte.is_ascii_digit()) {
        let (year, month, day) = (
            year(first)?,
            number(tokens.get(1)?)?,
            number(tokens.get(2)?)?,
        );
        return Some((iso(year, month, day)?, 3));
    }
    if let Some(month) = is_name(&first.to_lowercase(), &MONTHS) {
        let day = number(tokens.get(1)?)?;
        let at = skip(2);
        return Some((iso(year(tokens.get(at)?)?, month, day)?, at + 1));
    }
    let day = number(first)?;
    let at = skip(1);
    let month = is_name(&tokens.get(at)?.to_lowercase(), &MONTHS)?;
    Some((iso(year(tokens.get(at + 1)?)?, month, day)?, at + 2))
}

/// The place, counted from 1, of a name in `names`; a name may be cut short to three letters or more.
fn is_name(token: &str, names: &[&str]) -> Option<i8> {
    (token.len() >= 3)
        .then(|| names.iter().position(|name| name.starts_with(token)))
        .flatten()
        .map(|index| index as i8 + 1)
}

fn number(token: &str) -> Option<i8> {
    (token.len() <= 2).then(|| token.parse().ok()).flatten()
}

/// A year in which an article can have been published: print is older, but not by its own date line.
fn year(token: &str) -> Option<i16> {
    token
        .parse()
        .ok()
        .filter(|year| token.len() == 4 && (1800..=2199).contains(year))
}

fn iso(year: i16, month: i8, day: i8) -> Option<String> {
    jiff::civil::Date::new(year, month, day)
        .ok()
        .map(|date| date.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_found_however_they_are_written() {
        for (text, date) in [
            ("Tuesday, April 16, 2024", "2024-04-16"),
            ("2024-04-16T08:00:00+02:00", "2024-04-16"),
            ("Saturday, June 30, 2018", "2018-06-30"),
            ("Last reviewed: 3 Sept 2021", "2021-09-03"),
            ("the 2nd of May 2020", "2020-05-02"),
            ("Published on Jan 7th, 2019 by the editors", "2019-01-07"),
            ("20 mars, then Feb 29 2024", "2024-02-29"),
        ] {
            assert_eq!(find_date(text).as_deref(), Some(date), "{text}");
        }
    }

    #[test]
    fn what_is_no_date_is_none() {
        for text in [
            "",
            "April showers",
            "Feb 30, 2024",
            "2024-13-01",
            "04/05/2024",
            "take 2 may 3 times",
            "1234-01-01",
        ] {
            assert_eq!(find_date(text), None, "{text}");
        }
    }

    #[test]
    fn a_date_line_holds_nothing_but_its_date() {
        assert_eq!(
            date_line("Tuesday, April 16, 2024").as_deref(),
            Some("2024-04-16")
        );
        assert_eq!(
            date_line("Last updated on 16 April 2024 at 10:30 am").as_deref(),
            Some("2024-04-16")
        );
        assert_eq!(date_line("On April 16, 2024 the guideline changed"), None);
        assert_eq!(date_line("Monday"), None);
    }
}
