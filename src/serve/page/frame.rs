//! What is the same on every page? Its head, the search box, and the note below.

use super::super::parameters::{MOST_QUERY_LENGTH, Parameters};
use super::assets::{ICON, SCRIPT, STYLE};
use super::text::clean;
use maud::{DOCTYPE, Markup, html};

/// A page.
pub(super) struct Frame<'a> {
    /// What it is called in a list of windows.
    pub(super) title: &'a str,
    /// What was asked, and how it was narrowed down: the search box goes on from there.
    pub(super) asked: &'a Parameters,
    /// Whether typing is what one comes to this page for.
    pub(super) is_start: bool,
}

impl Frame<'_> {
    pub(super) fn around(&self, main: &Markup) -> Vec<u8> {
        let title = match clean(self.title) {
            title if title.trim().is_empty() => "ibid".to_owned(),
            title => format!("{title} – ibid"),
        };
        let page = html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    meta name="robots" content="noindex, nofollow";
                    title { (title) }
                    link rel="icon" type="image/svg+xml" href=(ICON.address());
                    link rel="stylesheet" href=(STYLE.address());
                    script src=(SCRIPT.address()) defer {}
                }
                body class=[self.is_start.then_some("start")] {
                    a.skip href="#main" { "Skip to the content" }
                    header.top { div.inner {
                        a.brand href="/" aria-label="ibid, start page" {
                            span aria-hidden="true" { "“" } "ibid"
                        }
                        (self.form())
                    } }
                    main #main tabindex="-1" { (main) }
                    (footer())
                    // What happens to the page without being asked for is said here.
                    div #said.unseen role="status" aria-live="polite" {}
                    div #notice role="alert" hidden {}
                    (keys())
                }
            }
        };
        page.into_string().into_bytes()
    }

    fn form(&self) -> Markup {
        let query = self.asked.query.as_deref().unwrap_or_default();
        html! {
            form #search role="search" method="get" action="/" {
                label.unseen for="q" { "What to search for" }
                input #q type="search" name="q" value=(printable_query(query)) autofocus[self.is_start]
                    placeholder="Symptom or question" maxlength=(MOST_QUERY_LENGTH) autocomplete="off" autocapitalize="none"
                    spellcheck="false" enterkeyhint="search";
                div #kept { (kept(self.asked)) }
                button type="submit" { "Search" }
            }
        }
    }
}

/// What was typed, in one line.
fn printable_query(query: &str) -> String {
    clean(query)
}

/// How the search was narrowed down, which stays when something else is typed.
fn kept(asked: &Parameters) -> Markup {
    let mut kept: Vec<(&str, String)> = Vec::new();
    if asked.limit != Parameters::default().limit {
        kept.push(("n", asked.limit.to_string()));
    }
    for (name, values) in [
        ("source", &asked.sources),
        ("tag", &asked.tags),
        ("article", &asked.articles),
    ] {
        kept.extend(values.iter().map(|value| (name, value.clone())));
    }
    kept.extend(asked.since.iter().map(|day| ("since", day.clone())));
    kept.extend(
        asked
            .per_article
            .map(|most| ("per_article", most.to_string())),
    );
    kept.extend(asked.no_fold.then(|| ("no_fold", "true".to_owned())));
    html! {
        @for (name, value) in kept { input type="hidden" name=(name) value=(value); }
    }
}

fn footer() -> Markup {
    html! {
        footer.bottom { div.inner {
            p {
                strong { "This is not medical advice." }
                " What you find here are passages from articles: read each at its source, and ask somebody who knows you and your \
                  health. In an emergency, call your local emergency number."
            }
            p.scripted { button.plain #show-keys type="button" { "Keys" } }
        } }
    }
}

/// What can be done by keys; shown by the script, without which there are none.
fn keys() -> Markup {
    let keys: [(&[&str], &str); 6] = [
        (&["/"], "go to the search box"),
        (&["j", "k"], "next passage, previous passage (also ↓ and ↑)"),
        (&["Enter"], "open the passage, or close it"),
        (&["c"], "copy the citation of the passage"),
        (&["Esc"], "back to the search box"),
        (&["?"], "this list"),
    ];
    html! {
        dialog #keys aria-labelledby="keys-title" {
            h2 #keys-title { "Keys" }
            dl {
                @for (keys, what) in keys {
                    div { dt { @for key in keys { kbd { (key) } " " } } dd { (what) } }
                }
            }
            p { label { input #single-keys type="checkbox" checked; " Use single keys, outside of the search box" } }
            form method="dialog" { button type="submit" { "Close" } }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_goes_back_into_the_box_as_text() {
        let asked = Parameters {
            query: Some("\"><script>alert(1)</script>\u{202E}".to_owned()),
            sources: vec!["a\"b".to_owned()],
            since: Some("2024-01-01".to_owned()),
            ..Parameters::default()
        };
        let frame = Frame {
            title: "</title><script>",
            asked: &asked,
            is_start: false,
        };
        let page = String::from_utf8(frame.around(&html! {})).expect("UTF-8");
        assert!(page.contains("value=\"&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;\""));
        assert!(page.contains("name=\"source\" value=\"a&quot;b\""));
        assert!(page.contains("name=\"since\" value=\"2024-01-01\""));
        assert!(page.contains("<title>&lt;/title&gt;&lt;script&gt; – ibid</title>"));
        assert_eq!(page.matches("<script").count(), 1);
    }
}
