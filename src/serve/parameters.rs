//! What can be asked of a search by an address? The options of `ibid search`, as the parameters of a query string.

use crate::engine::Filter;
use crate::ingest::date::asked_day;
use crate::{Counting, Duplicates, Explanations, SearchOptions, Understanding};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use std::num::NonZeroUsize;

/// How long a query may be, in characters: a page of text, which still fits the head of a request when it is encoded.
pub(crate) const MOST_QUERY_LENGTH: usize = 4000;
/// How many results one answer may have.
pub(super) const MOST_RESULTS: usize = 100;
/// How far one may page.
pub(super) const MOST_OFFSET: usize = 10_000;
/// How many values one filter may have, and how long one may be, in characters.
pub(super) const MOST_VALUES: usize = 16;
pub(super) const MOST_VALUE_LENGTH: usize = 1000;

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameters {
    /// What was typed: `q`.
    pub query: Option<String>,
    /// The id of the passage that others are to be like: `like`.
    pub like: Option<String>,
    /// How many results: `n`.
    pub limit: usize,
    /// After how many that are left out: `offset`.
    pub offset: usize,
    /// `source`, any number of times.
    pub sources: Vec<String>,
    /// `tag`, any number of times.
    pub tags: Vec<String>,
    /// `article`, any number of times.
    pub articles: Vec<String>,
    /// `since`, a day.
    pub since: Option<String>,
    /// `per_article`.
    pub per_article: Option<NonZeroUsize>,
    /// `no_fold`.
    pub no_fold: bool,
    /// `explain`.
    pub explain: bool,
    /// `exact`.
    pub exact: bool,
    /// `without`, any number of times: words that are neither taken for what was typed nor searched for besides.
    pub without: Vec<String>,
    /// `facets`.
    pub facets: bool,
}

impl Default for Parameters {
    fn default() -> Self {
        Self {
            query: None,
            like: None,
            limit: SearchOptions::default().limit,
            offset: 0,
            sources: Vec::new(),
            tags: Vec::new(),
            articles: Vec::new(),
            since: None,
            per_article: None,
            no_fold: false,
            explain: false,
            exact: false,
            without: Vec::new(),
            facets: false,
        }
    }
}

/// Why an address cannot be understood, for the person who typed it.
pub(super) type Mistake = String;

impl Parameters {
    /// Reads a query string. A filter without a value is none, a flag without one is set.
    ///
    /// # Errors
    /// Where a parameter is unknown, is given more than once though it has one value, or has a value that is none.
    pub fn parse(query_string: &str) -> Result<Self, String> {
        Self::of(pairs(query_string)?)
    }

    /// As [`Parameters::parse`], of names and values.
    pub(super) fn of(pairs: Vec<(String, String)>) -> Result<Self, Mistake> {
        let mut parameters = Self::default();
        let mut seen: Vec<String> = Vec::new();
        for (name, value) in pairs {
            let is_list = matches!(name.as_str(), "source" | "tag" | "article" | "without");
            let before = seen.iter().filter(|other| **other == name).count();
            if !is_list && before > 0 {
                return Err(format!("{name} is given twice"));
            }
            if before == MOST_VALUES {
                return Err(format!("{name} is given more than {MOST_VALUES} times"));
            }
            parameters.set(&name, value)?;
            seen.push(name);
        }
        if parameters.query.is_some() && parameters.like.is_some() {
            return Err("q and like exclude each other".to_owned());
        }
        Ok(parameters)
    }

    fn set(&mut self, name: &str, value: String) -> Result<(), Mistake> {
        match name {
            "q" => {
                if value.chars().count() > MOST_QUERY_LENGTH {
                    return Err(format!("q is longer than {MOST_QUERY_LENGTH} characters"));
                }
                self.query = Some(value);
            }
            "n" => self.limit = number(name, &value, 1, MOST_RESULTS)?,
            "offset" => self.offset = number(name, &value, 0, MOST_OFFSET)?,
            "no_fold" => self.no_fold = flag(name, &value)?,
            "explain" => self.explain = flag(name, &value)?,
            "exact" => self.exact = flag(name, &value)?,
            "facets" => self.facets = flag(name, &value)?,
            "since" if value.is_empty() => {}
            "since" => match asked_day(&value) {
                Some(day) => self.since = Some(day),
                None => return Err("since is a day, written as in 2024-04-16".to_owned()),
            },
            "per_article" if value.is_empty() => {}
            "per_article" => {
                self.per_article = NonZeroUsize::new(number(name, &value, 1, MOST_RESULTS)?);
            }
            "like" | "source" | "tag" | "article" | "without" => {
                if value.chars().count() > MOST_VALUE_LENGTH {
                    return Err(format!(
                        "{name} is longer than {MOST_VALUE_LENGTH} characters"
                    ));
                }
                let list = match name {
                    "source" => &mut self.sources,
                    "tag" => &mut self.tags,
                    "article" => &mut self.articles,
                    "without" => &mut self.without,
                    _ => {
                        self.like = (!value.is_empty()).then_some(value);
                        return Ok(());
                    }
                };
                if !value.is_empty() {
                    list.push(value);
                }
            }
            _ => {
                return Err(format!(
                    "unknown parameter {name:?}; known are q, like, n, offset, source, tag, article, since, per_article, no_fold, explain, exact, without and facets"
                ));
            }
        }
        Ok(())
    }

    /// The query string of these parameters, without those that say what is so anyway: for a link.
    pub fn to_query_string(&self) -> String {
        let mut string = String::new();
        let mut add = |name: &str, value: &str| {
            if !string.is_empty() {
                string.push('&');
            }
            string.push_str(name);
            string.push('=');
            string.extend(utf8_percent_encode(value, VALUE));
        };
        let default = Self::default();
        if let Some(query) = &self.query {
            add("q", query);
        }
        if let Some(like) = &self.like {
            add("like", like);
        }
        if self.limit != default.limit {
            add("n", &self.limit.to_string());
        }
        if self.offset != 0 {
            add("offset", &self.offset.to_string());
        }
        for (name, values) in [
            ("source", &self.sources),
            ("tag", &self.tags),
            ("article", &self.articles),
            ("without", &self.without),
        ] {
            for value in values {
                add(name, value);
            }
        }
        if let Some(day) = &self.since {
            add("since", day);
        }
        if let Some(most) = self.per_article {
            add("per_article", &most.to_string());
        }
        for (name, flag) in [
            ("no_fold", self.no_fold),
            ("explain", self.explain),
            ("exact", self.exact),
            ("facets", self.facets),
        ] {
            if flag {
                add(name, "true");
            }
        }
        string
    }

    /// What the facade is asked for.
    pub fn options(&self) -> SearchOptions {
        SearchOptions {
            limit: self.limit,
            offset: self.offset,
            filter: Filter {
                sources: self.sources.clone(),
                tags: self.tags.clone(),
                articles: self.articles.clone(),
                since: self.since.clone(),
                except: None,
            },
            per_article: self.per_article,
            duplicates: if self.no_fold {
                Duplicates::Keep
            } else {
                Duplicates::Fold
            },
            explanations: if self.explain {
                Explanations::Give
            } else {
                Explanations::LeaveOut
            },
            understanding: if self.exact {
                Understanding::Exact
            } else {
                Understanding::Full
            },
            declined: self.without.clone(),
            counting: if self.facets {
                Counting::Give
            } else {
                Counting::LeaveOut
            },
        }
    }
}

/// What stands for itself in the value of a query string: the unreserved characters of RFC 3986.
const VALUE: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// `text` as the value of a parameter in a link.
pub(super) fn encoded(text: &str) -> String {
    utf8_percent_encode(text, VALUE).to_string()
}

/// The names and values of a query string, as forms write it (`+` is a space).
///
/// # Errors
/// Where one is not UTF-8.
pub(super) fn pairs(query_string: &str) -> Result<Vec<(String, String)>, Mistake> {
    let decoded = |text: &str| {
        let text = text.replace('+', " ");
        let text = percent_decode_str(&text).decode_utf8();
        text.map(std::borrow::Cow::into_owned)
            .map_err(|_| "the address is not in UTF-8".to_owned())
    };
    let pairs = query_string.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            Ok((decoded(name)?, decoded(value)?))
        })
        .collect()
}

pub(super) fn number(name: &str, value: &str, least: usize, most: usize) -> Result<usize, Mistake> {
    let number = value.parse().ok();
    number
        .filter(|number| (least..=most).contains(number))
        .ok_or_else(|| format!("{name} is a number from {least} to {most}"))
}

fn flag(name: &str, value: &str) -> Result<bool, Mistake> {
    match value {
        "" | "true" | "1" => Ok(true),
        "false" | "0" => Ok(false),
        _ => Err(format!("{name} is true or false")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_asked_is_read_from_an_address_and_written_to_one() {
        let string = "q=shortness%20of%20breath&n=3&offset=6&source=a%26b&source=c&tag=x&article=s%2Fp&without=leg%20cramp&since=2024-04-16&per_article=2&no_fold=true&explain=true&exact=true&facets=true";
        let parameters = Parameters::parse(string).expect("parameters");
        assert_eq!(parameters.query.as_deref(), Some("shortness of breath"));
        assert_eq!(parameters.sources, ["a&b", "c"]);
        assert_eq!(parameters.to_query_string(), string);
        assert_eq!(
            Parameters::parse("q=a+b&exact").expect("parameters"),
            Parameters {
                query: Some("a b".to_owned()),
                exact: true,
                ..Parameters::default()
            }
        );
        assert_eq!(Parameters::default().to_query_string(), "");
    }

    #[test]
    fn what_cannot_be_meant_is_refused_with_the_reason() {
        let long = format!("q={}", "a".repeat(MOST_QUERY_LENGTH + 1));
        let many = "&tag=".repeat(MOST_VALUES + 1);
        for (string, reason) in [
            ("n=0", "n is a number from 1 to 100"),
            ("n=101", "n is a number from 1 to 100"),
            ("offset=-1", "offset is a number from 0 to 10000"),
            ("q=a&q=b", "q is given twice"),
            ("q=a&like=b", "exclude each other"),
            ("since=yesterday", "since is a day"),
            ("exact=maybe", "exact is true or false"),
            ("limit=3", "unknown parameter"),
            ("q=%ff", "not in UTF-8"),
            (&long, "longer than"),
            (&many, "tag is given more than 16 times"),
        ] {
            let refused = Parameters::parse(string).expect_err(string);
            assert!(refused.contains(reason), "{string}: {refused}");
        }
    }
}
