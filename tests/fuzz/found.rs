//! What damaged files brought to light, each as small as it can be.

use crate::invariants::{breaches, disorder, wrong_spans};
use crate::mutation::article;
use ibid::article::{Article, Format};
use ibid::ingest::lines::read_json_lines;
use ibid::passage::passages;

fn read(format: Format, file: &str) -> Article {
    article(format, file.as_bytes()).expect("an article")
}

fn all_text(article: &Article) -> Vec<String> {
    article
        .sections
        .iter()
        .map(|section| section.text())
        .collect()
}

#[test]
fn text_loose_in_a_table_does_not_stretch_the_span_of_a_passage_over_others() {
    // A browser shows what stands loose in a table before the table.
    let page = "<title>Gout</title><body><h1>Gout</h1><p>Gout hurts in the big toe, mostly at night, and comes back.</p>\
        <h2>Causes</h2><table><tr><td>Meat and beer bring it on in many people.</td></tr>\
        <h2>Treatment</h2><p>Rest the foot, cool it, and take what the doctor gave you for it.</p>\
        <tr><td>Sleep and water do good too, says every leaflet.</td></tr></table>\
        <h2>Outlook</h2><p>Most attacks are over within two weeks, with or without treatment.</p>";
    let article = read(Format::Html, page);
    assert_eq!(disorder(&article), [""; 0]);
    let spans: Vec<[u64; 2]> = passages(&article)
        .iter()
        .map(|passage| passage.locator.bytes)
        .collect();
    assert!(
        spans.windows(2).all(|two| two[0][1] <= two[1][0]),
        "{spans:?}"
    );
    assert!(
        all_text(&article).concat().contains("Meat and beer"),
        "no text is lost"
    );
}

#[test]
fn words_of_markdown_are_repaired_and_keep_their_places() {
    let file = "# Night\u{ad}time Cramps\n\nThey donâ€™t hurt\0 lo\u{200b}ng \u{1b}[31m, and 38â€‰degrees is *fe\u{ad}ver*.\n";
    let article = read(Format::Markdown, file);
    assert_eq!(article.title, "Nighttime Cramps");
    assert_eq!(
        all_text(&article),
        ["They don’t hurt long [31m, and 38 degrees is fever."]
    );
    assert_eq!(breaches(file.as_bytes(), &article), [""; 0]);
    assert_eq!(
        wrong_spans(file.as_bytes(), &article, <[u8]>::to_vec),
        [""; 0]
    );
}

#[test]
fn words_of_json_lines_are_repaired() {
    let line = "{\"id\":\"a\",\"title\":\"Night\\u00adtime\\u0000 Cramps\",\"aliases\":[\"donâ€™t\"],\
        \"sections\":[{\"heading\":\"What he\\u200blps\",\"text\":\"through\\u0000 your mou\\u00adth\\u001b\"}]}";
    let mut read = Vec::new();
    read_json_lines(line.as_bytes(), "s", "s/a.jsonl", |_, article| {
        read.extend(article);
    });
    let [article] = read.as_slice() else {
        panic!("one article");
    };
    assert_eq!(article.title, "Nighttime Cramps");
    assert_eq!(article.aliases, ["don’t"]);
    assert_eq!(article.sections[0].heading_path, ["What helps"]);
    assert_eq!(all_text(article), ["through your mouth"]);
}
