//! How are groups of words written down? As Solr's synonyms files, tables of two or three columns, or OBO ontologies.

use std::fmt;

/// Words that mean the same, or words that stand for others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rule {
    /// Who types one of these …
    pub from: Vec<String>,
    /// … is also shown these; where there are none, all of `from` mean the same.
    pub to: Vec<String>,
    /// The line it stands in, counted from 1.
    pub line: u64,
}

/// A line that could not be understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// The line, counted from 1.
    pub line: u64,
    /// What is wrong with it.
    pub what: String,
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.what)
    }
}

/// What a file of groups says: what could be understood, and what could not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Groups {
    /// The groups, in the order of the file.
    pub rules: Vec<Rule>,
    /// The lines that were left out.
    pub mistakes: Vec<Mistake>,
}

/// How a file of groups is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GroupsFormat {
    /// Solr's synonyms format: `a, b, c` mean the same; `a, b => c` are also shown `c`.
    Synonyms,
    /// Tab-separated columns: a word and another; or a number, a label and a synonym.
    Table,
    /// An ontology in the OBO format.
    Obo,
}

/// The longest line that is read: 64 KiB hold a group of some thousand words, and what is longer is no vocabulary.
const LONGEST_LINE: usize = 1 << 16;

impl GroupsFormat {
    /// The format of a file, by what it says.
    pub fn of(text: &str) -> Self {
        let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        if text.lines().take(200).any(|line| line.trim() == "[Term]") {
            return Self::Obo;
        }
        match lines.find(|line| !line.starts_with('#')) {
            Some(line) if line.starts_with("format-version:") => Self::Obo,
            Some(line) if line.contains('\t') => Self::Table,
            _ => Self::Synonyms,
        }
    }
}

/// Reads a file of groups.
pub fn read(text: &str) -> Groups {
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    match GroupsFormat::of(text) {
        GroupsFormat::Synonyms => synonyms(text),
        GroupsFormat::Table => table(text),
        GroupsFormat::Obo => obo(text),
    }
}

fn numbered(text: &str) -> impl Iterator<Item = (u64, &str)> {
    text.lines()
        .zip(1u64..)
        .map(|(line, number)| (number, line))
}

/// Reads Solr's synonyms format: <https://lucene.apache.org/core/9_0_0/analysis/common/org/apache/lucene/analysis/synonym/SolrSynonymParser.html>.
/// In a mapping the words on the left go on being searched for, as they count most here.
pub fn synonyms(text: &str) -> Groups {
    let mut groups = Groups::default();
    for (number, line) in numbered(text) {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        match synonyms_line(line) {
            Ok((from, to)) => groups.rules.push(Rule {
                from,
                to,
                line: number,
            }),
            Err(what) => groups.mistakes.push(Mistake { line: number, what }),
        }
    }
    groups
}

fn synonyms_line(line: &str) -> Result<(Vec<String>, Vec<String>), String> {
    if line.len() > LONGEST_LINE {
        return Err(format!("the line is longer than {LONGEST_LINE} bytes"));
    }
    let sides: Vec<&str> = split_unescaped(line, "=>");
    match sides.as_slice() {
        [all] => {
            let words = words(all)?;
            if words.len() < 2 {
                return Err("a group has at least two words, with a comma between".to_owned());
            }
            Ok((words, Vec::new()))
        }
        [from, to] => {
            let (from, to) = (words(from)?, words(to)?);
            if from.is_empty() || to.is_empty() {
                return Err("there are words on both sides of `=>`".to_owned());
            }
            Ok((from, to))
        }
        _ => Err("a line has one `=>` at most".to_owned()),
    }
}

/// The parts of `line` between the separators that no backslash stands before.
fn split_unescaped<'a>(line: &'a str, separator: &str) -> Vec<&'a str> {
    let mut parts = Vec::new();
    let (mut start, mut at) = (0, 0);
    let bytes = line.as_bytes();
    while at < bytes.len() {
        if bytes[at] == b'\\' {
            at += 2;
        } else if bytes[at..].starts_with(separator.as_bytes()) {
            parts.push(&line[start..at]);
            at += separator.len();
            start = at;
        } else {
            at += 1;
        }
    }
    parts.push(&line[start.min(line.len())..]);
    parts
}

fn words(side: &str) -> Result<Vec<String>, String> {
    let parts = split_unescaped(side, ",");
    if parts.len() == 1 && parts[0].trim().is_empty() {
        return Ok(Vec::new());
    }
    let words = parts.iter().map(|part| {
        let word = tidy(&part.replace('\\', ""));
        if word.is_empty() {
            Err("there is nothing between two commas".to_owned())
        } else {
            Ok(word)
        }
    });
    words.collect()
}

/// White space at the borders taken off, and one space for any run of it.
fn tidy(word: &str) -> String {
    word.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The first cells of header lines of tables.
const HEADS: &[&str] = &["term", "id", "word", "words", "from", "label", "lay"];

/// Reads a table: two columns are words that mean the same; of three the first is a number or id, the second the label
/// that it has, the third a synonym. Lines of one id are one group.
pub fn table(text: &str) -> Groups {
    let mut groups = Groups::default();
    let mut of_id: Option<(&str, Rule)> = None;
    let mut is_first = true;
    for (number, line) in numbered(text) {
        if line.trim().is_empty() || line.starts_with('#') {
            continue;
        }
        let cells: Vec<&str> = line.split('\t').map(str::trim).collect();
        let is_header =
            std::mem::take(&mut is_first) && HEADS.contains(&cells[0].to_lowercase().as_str());
        if is_header {
            continue;
        }
        if line.len() > LONGEST_LINE || cells.iter().any(|cell| cell.is_empty()) {
            let what = "a line has two or three columns, none of them empty".to_owned();
            groups.mistakes.push(Mistake { line: number, what });
            continue;
        }
        match cells.as_slice() {
            [one, other] => groups.rules.push(Rule {
                from: vec![tidy(one), tidy(other)],
                to: Vec::new(),
                line: number,
            }),
            [id, label, synonym] => match &mut of_id {
                Some((known, rule)) if known == id => rule.from.push(tidy(synonym)),
                _ => {
                    let rule = Rule {
                        from: vec![tidy(label), tidy(synonym)],
                        to: Vec::new(),
                        line: number,
                    };
                    groups
                        .rules
                        .extend(of_id.replace((id, rule)).map(|(_, rule)| rule));
                }
            },
            _ => {
                let what = format!("a line has two or three columns, not {}", cells.len());
                groups.mistakes.push(Mistake { line: number, what });
            }
        }
    }
    groups.rules.extend(of_id.map(|(_, rule)| rule));
    groups
}

/// Reads an OBO ontology (<https://owlcollab.github.io/oboformat/doc/GO.format.obo-1_4.html>): a term's name and its synonyms
/// of scope EXACT, or of type `layperson`, mean the same; a NARROW one is shown to who types the name; who types a BROAD or
/// RELATED one is shown the name. Obsolete terms are left out.
pub fn obo(text: &str) -> Groups {
    let mut groups = Groups::default();
    let mut stanza = Stanza::default();
    for (number, line) in numbered(text) {
        let line = line.trim();
        if line.starts_with('[') {
            std::mem::take(&mut stanza).finish(&mut groups);
            stanza.is_term = line == "[Term]";
            stanza.line = number;
        } else if stanza.is_term
            && let Err(what) = stanza.read(line)
        {
            groups.mistakes.push(Mistake { line: number, what });
        }
    }
    stanza.finish(&mut groups);
    groups
}

/// One term of an ontology.
#[derive(Default)]
struct Stanza {
    is_term: bool,
    is_obsolete: bool,
    line: u64,
    name: String,
    same: Vec<String>,
    narrow: Vec<String>,
    broad: Vec<String>,
}

impl Stanza {
    fn read(&mut self, line: &str) -> Result<(), String> {
        if let Some(name) = line.strip_prefix("name:") {
            self.name = tidy(&name.replace('_', " "));
        } else if line.starts_with("is_obsolete:") {
            self.is_obsolete = line.contains("true");
        } else if let Some(rest) = line.strip_prefix("synonym:") {
            let (words, rest) = quoted(rest).ok_or("a synonym stands between double quotes")?;
            // What stands in square brackets at the end says where it comes from.
            let rest = rest.split('[').next().unwrap_or_default();
            let mut tags = rest.split_whitespace();
            let scope = tags.next().unwrap_or_default();
            let list = if scope == "EXACT" || tags.any(|tag| tag == "layperson") {
                &mut self.same
            } else if scope == "NARROW" {
                &mut self.narrow
            } else {
                &mut self.broad
            };
            list.push(tidy(&words.replace('_', " ")));
        }
        Ok(())
    }

    fn finish(mut self, groups: &mut Groups) {
        if !self.is_term || self.is_obsolete || self.name.is_empty() {
            return;
        }
        let line = self.line;
        let mut rule = |from: Vec<String>, to: Vec<String>| {
            if !from.is_empty() {
                groups.rules.push(Rule { from, to, line });
            }
        };
        if !self.same.is_empty() {
            self.same.insert(0, self.name.clone());
            rule(self.same, Vec::new());
        }
        if !self.narrow.is_empty() {
            rule(vec![self.name.clone()], self.narrow);
        }
        rule(self.broad, vec![self.name]);
    }
}

/// What stands between the double quotes at the head of `text`, and what follows.
fn quoted(text: &str) -> Option<(String, &str)> {
    let text = text.trim_start().strip_prefix('"')?;
    let mut inside = String::new();
    let mut letters = text.char_indices();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '"' => return Some((inside, &text[at + 1..])),
            '\\' => inside.extend(letters.next().map(|(_, letter)| letter)),
            letter => inside.push(letter),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(groups: &Groups) -> Vec<String> {
        let rules = groups.rules.iter().map(|rule| {
            let arrow = if rule.to.is_empty() { "" } else { " => " };
            format!("{}{arrow}{}", rule.from.join("|"), rule.to.join("|"))
        });
        rules.collect()
    }

    #[test]
    fn solr_synonyms_are_groups_and_mappings() {
        let groups = read("# remark\n\n a ,  b  c,d\nx, y => z\n1\\,5 mg, low dose\n");
        assert_eq!(groups.mistakes, []);
        assert_eq!(shape(&groups), ["a|b c|d", "x|y => z", "1,5 mg|low dose"]);
        assert_eq!(groups.rules[1].line, 4);
    }

    #[test]
    fn a_mistake_is_told_with_its_line_and_the_rest_is_read() {
        let groups = read("a, b\nalone\na,, b\nx =>\n=> y\na => b => c\nc, d");
        let lines: Vec<u64> = groups.mistakes.iter().map(|mistake| mistake.line).collect();
        assert_eq!(lines, [2, 3, 4, 5, 6]);
        assert_eq!(shape(&groups), ["a|b", "c|d"]);
    }

    #[test]
    fn tables_have_two_or_three_columns_and_maybe_a_header() {
        let groups = read("word\tother\nbelly\tabdomen\nalone\t\na\tb\tc\td\n");
        assert_eq!(shape(&groups), ["belly|abdomen"]);
        assert_eq!(groups.mistakes.len(), 2);
        let groups = read("1\tEdema\tSwelling\n1\tEdema\tPuffiness\n2\tItch\tScratchy\n");
        assert_eq!(
            shape(&groups),
            ["Edema|Swelling|Puffiness", "Itch|Scratchy"]
        );
    }

    #[test]
    fn ontologies_have_synonyms_with_scopes() {
        let groups = read(
            "format-version: 1.2\n\n[Term]\nname: dry_mouth\nsynonym: \"xerostomia\" EXACT [a:b]\n\
             synonym: \"mouth \\\"like cotton\\\"\" RELATED layperson []\nsynonym: \"dryness\" BROAD []\n\
             synonym: \"dry tongue\" NARROW []\nsynonym: no quotes\n\n[Typedef]\nname: part of\n\n\
             [Term]\nname: old\nsynonym: \"older\" EXACT []\nis_obsolete: true\n",
        );
        assert_eq!(
            shape(&groups),
            [
                "dry mouth|xerostomia|mouth \"like cotton\"",
                "dry mouth => dry tongue",
                "dryness => dry mouth"
            ]
        );
        assert_eq!(groups.mistakes.len(), 1);
        assert_eq!(groups.mistakes[0].line, 9);
    }

    #[test]
    fn no_text_upsets_a_reader() {
        for text in [
            "",
            "\u{FEFF}a, b",
            "\\",
            "a\\",
            "\t\t\t",
            "[Term]",
            "[Term]\nsynonym: \"",
            "=>",
            ",",
            "é, 🤕 => \u{0}",
        ] {
            let _what_could_be_read = read(text);
            for reader in [synonyms, table, obo] {
                let _what_could_be_read = reader(text);
            }
        }
        assert_eq!(shape(&read("\u{FEFF}a, b")), ["a|b"]);
    }
}
