//! How is a search narrowed down? By source, topic and year, each a link that says how many passages it leaves.

use super::super::parameters::{MOST_VALUES, Parameters};
use super::text::{apart, clean};
use crate::report::{FacetReport, FacetsReport};
use maud::{Markup, html};

/// How many years are offered.
const MOST_YEARS: usize = 30;

/// Where the results for these parameters are.
pub(super) fn address(parameters: &Parameters) -> String {
    match parameters.to_query_string() {
        string if string.is_empty() => "/".to_owned(),
        string => format!("/?{string}"),
    }
}

/// The parameters with something changed, from the first result on.
pub(super) fn changed(parameters: &Parameters, change: impl FnOnce(&mut Parameters)) -> Parameters {
    let mut changed = Parameters {
        offset: 0,
        facets: false,
        ..parameters.clone()
    };
    change(&mut changed);
    changed
}

/// The values of a filter with one more, or without it where it is among them.
fn toggled(values: &mut Vec<String>, value: &str) {
    let before = values.len();
    values.retain(|other| !is_same(other, value));
    if values.len() == before {
        values.push(value.to_owned());
    }
}

/// Subject labels are equal whatever their case; sources that differ in case alone are nothing anybody has.
fn is_same(a: &str, b: &str) -> bool {
    a == b || a.to_lowercase() == b.to_lowercase()
}

/// One value that can be chosen.
struct Choice {
    label: String,
    count: u64,
    is_chosen: bool,
    address: String,
}

/// The filters, with how many passages each value leaves.
pub(super) fn filters(asked: &Parameters, facets: &FacetsReport) -> Markup {
    let kinds = [
        ("source", "Source", sources(asked, &facets.sources)),
        ("tag", "Topic", tags(asked, &facets.tags)),
        ("year", "Date", years(asked, &facets.years)),
    ];
    // No more than an address can hold is offered, ...
    let can_choose = |kind: &str, choice: &Choice| {
        let chosen = match kind {
            "source" => asked.sources.len(),
            "tag" => asked.tags.len(),
            _ => 0,
        };
        choice.is_chosen || chosen < MOST_VALUES
    };
    let kinds = kinds.map(|(kind, label, mut choices)| {
        choices.retain(|choice| can_choose(kind, choice));
        (kind, label, choices)
    });
    // ... and nothing that leaves no choice.
    let kinds: Vec<_> = kinds
        .into_iter()
        .filter(|(_, _, choices)| {
            choices.len() > 1 || choices.iter().any(|choice| choice.is_chosen)
        })
        .collect();
    html! {
        @if !kinds.is_empty() {
            nav.filters aria-label="Narrow down" {
                @for (kind, label, choices) in kinds {
                    details name="filter" id={ "filter-" (kind) } {
                        summary { (label) }
                        ul role="list" {
                            @for choice in choices {
                                li { (link(&choice)) }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn link(choice: &Choice) -> Markup {
    html! {
        a.swap href=(choice.address) aria-current=[choice.is_chosen.then_some("true")] {
            span.label { (apart(&choice.label)) }
            " " span.count { (grouped(choice.count)) span.unseen { " passages" } }
            @if choice.is_chosen { span.unseen { ", chosen; remove" } }
        }
    }
}

fn sources(asked: &Parameters, facets: &[FacetReport]) -> Vec<Choice> {
    let facets = facets.iter();
    facets
        .map(|facet| Choice {
            label: facet.value.clone(),
            count: facet.count,
            is_chosen: asked
                .sources
                .iter()
                .any(|value| is_same(value, &facet.value)),
            address: address(&changed(asked, |asked| {
                toggled(&mut asked.sources, &facet.value);
            })),
        })
        .collect()
}

fn tags(asked: &Parameters, facets: &[FacetReport]) -> Vec<Choice> {
    let facets = facets.iter();
    facets
        .map(|facet| Choice {
            label: facet.value.clone(),
            count: facet.count,
            is_chosen: asked.tags.iter().any(|value| is_same(value, &facet.value)),
            address: address(&changed(asked, |asked| {
                toggled(&mut asked.tags, &facet.value);
            })),
        })
        .collect()
}

/// From each year on: who wants what is new wants the newer still.
fn years(asked: &Parameters, facets: &[FacetReport]) -> Vec<Choice> {
    let mut count = 0;
    let years = facets.iter().take(MOST_YEARS);
    years
        .map(|facet| {
            count += facet.count;
            let day = format!("{}-01-01", facet.value);
            let is_chosen = asked.since.as_deref() == Some(day.as_str());
            let since = (!is_chosen).then_some(day);
            Choice {
                label: format!("{} or later", facet.value),
                count,
                is_chosen,
                address: address(&changed(asked, |asked| asked.since = since)),
            }
        })
        .collect()
}

/// What was chosen, each with a way to take it back.
pub(super) fn chips(asked: &Parameters) -> Markup {
    let mut chips: Vec<(&str, String, Parameters)> = Vec::new();
    for value in &asked.sources {
        let without = changed(asked, |asked| toggled(&mut asked.sources, value));
        chips.push(("source", value.clone(), without));
    }
    for value in &asked.tags {
        let without = changed(asked, |asked| toggled(&mut asked.tags, value));
        chips.push(("topic", value.clone(), without));
    }
    for value in &asked.articles {
        let without = changed(asked, |asked| {
            asked.articles.retain(|other| other != value);
        });
        chips.push(("article", value.clone(), without));
    }
    if let Some(day) = &asked.since {
        let day = day.strip_suffix("-01-01").unwrap_or(day);
        let without = changed(asked, |asked| asked.since = None);
        chips.push(("since", day.to_owned(), without));
    }
    for value in &asked.without {
        let again = changed(asked, |asked| {
            asked.without.retain(|other| other != value);
        });
        chips.push(("without", value.clone(), again));
    }
    html! {
        @if !chips.is_empty() {
            ul.chips role="list" aria-label="Chosen filters" {
                @for (kind, value, without) in chips {
                    li { a.chip.swap href=(address(&without)) {
                        span.unseen { "Remove the filter " }
                        span.kind { (kind) } " " (apart(&clean(&value)))
                        span.cross aria-hidden="true" { "×" }
                    } }
                }
            }
        }
    }
}

/// A number as people read it.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(query_string: &str) -> Parameters {
        Parameters::parse(query_string).expect("parameters")
    }

    fn facet(value: &str, count: u64) -> FacetReport {
        FacetReport {
            value: value.to_owned(),
            count,
        }
    }

    #[test]
    fn a_chip_leads_to_the_same_search_without_it() {
        let page = chips(&asked(
            "q=a&offset=20&source=x%22%3E&source=y&tag=Pain&since=2024-01-01",
        ))
        .into_string();
        for link in [
            "href=\"/?q=a&amp;source=y&amp;tag=Pain&amp;since=2024-01-01\"",
            "href=\"/?q=a&amp;source=x%22%3E&amp;source=y&amp;since=2024-01-01\"",
            "href=\"/?q=a&amp;source=x%22%3E&amp;source=y&amp;tag=Pain\"",
            "<bdi>x&quot;&gt;</bdi>",
            "<bdi>2024</bdi>",
        ] {
            assert!(page.contains(link), "{link}: {page}");
        }
        assert_eq!(chips(&asked("q=a")).into_string(), "");
    }

    #[test]
    fn filters_say_what_they_leave_and_are_taken_back_where_they_are_chosen() {
        let facets = FacetsReport {
            sources: vec![facet("one", 1200), facet("two", 3)],
            tags: vec![facet("pain", 4)],
            years: vec![facet("2024", 3), facet("2023", 5), facet("2020", 1)],
        };
        let page = filters(&asked("q=a&tag=PAIN&since=2023-01-01"), &facets).into_string();
        for part in [
            "href=\"/?q=a&amp;source=one&amp;tag=PAIN&amp;since=2023-01-01\"",
            "1,200<span",
            // The chosen ones lead back.
            "href=\"/?q=a&amp;since=2023-01-01\" aria-current=\"true\"",
            "href=\"/?q=a&amp;tag=PAIN\" aria-current=\"true\"",
            "<bdi>2023 or later</bdi></span> <span class=\"count\">8<",
            "<bdi>2020 or later</bdi></span> <span class=\"count\">9<",
        ] {
            assert!(page.contains(part), "{part}: {page}");
        }
        let one = FacetsReport {
            sources: vec![facet("one", 1)],
            tags: Vec::new(),
            years: Vec::new(),
        };
        assert_eq!(filters(&asked("q=a"), &one).into_string(), "");
    }

    #[test]
    fn large_numbers_are_read_in_groups() {
        assert_eq!(grouped(7), "7");
        assert_eq!(grouped(999), "999");
        assert_eq!(grouped(10_000), "10,000");
        assert_eq!(grouped(1_234_567), "1,234,567");
    }
}
