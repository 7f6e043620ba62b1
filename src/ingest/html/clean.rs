//! Which tables, lists and boxes inside the article look like menus, forms and adverts?

use super::dom::Page;
use super::features::Features;
use crate::article::DropReason;

/// What one round of cleaning works on.
pub(super) struct Cleaning<'a> {
    pub(super) kept: &'a [bool],
    pub(super) paragraph: &'a [bool],
    pub(super) own_paragraphs: &'a [u32],
    pub(super) weigh_names: bool,
    /// Whether the outermost elements were chosen one by one; they are boxes then, whatever their tags.
    pub(super) joined: bool,
    /// Whether forms are looked at, or tables, lists and boxes.
    pub(super) forms: bool,
}

/// What is in an element, apart from what was taken out already.
#[derive(Clone, Copy, Debug, Default)]
struct Inside {
    chars: u32,
    commas: u32,
    link_chars: f32,
    heading_chars: u32,
    list_chars: u32,
    text_elements: u32,
    paragraphs: u32,
    pictures: u32,
    items: u32,
    inputs: u32,
    embeds: u32,
    preformatted: bool,
    data_table: bool,
    /// The most element children of any child.
    widest: u32,
    elements: u32,
}

impl Inside {
    fn add(&mut self, child: &Inside) {
        self.chars += child.chars;
        self.commas += child.commas;
        self.link_chars += child.link_chars;
        self.heading_chars += child.heading_chars;
        self.list_chars += child.list_chars;
        self.text_elements += child.text_elements;
        self.paragraphs += child.paragraphs;
        self.pictures += child.pictures;
        self.items += child.items;
        self.inputs += child.inputs;
        self.embeds += child.embeds;
        self.preformatted |= child.preformatted;
        self.data_table |= child.data_table;
        self.widest = self.widest.max(child.elements);
    }
}

/// Takes out what does not look like text. Inner elements are judged before those around them, each without what was
/// taken out of it, in one walk from the last node to the first.
pub(super) fn clean(
    page: &Page<'_>,
    features: &Features,
    gone: &mut [Option<DropReason>],
    cleaning: &Cleaning<'_>,
) {
    let data_tables = data_tables(page);
    let in_data_table = covered(page, &data_tables);
    let figures: Vec<bool> = (0..page.nodes.len())
        .map(|node| page.tag(node) == "figure")
        .collect();
    let mut inside = vec![Inside::default(); page.nodes.len()];
    for node in (1..page.nodes.len()).rev() {
        if !cleaning.kept[node] || gone[node].is_some() {
            continue;
        }
        let tag = page.tag(node);
        let root = cleaning.joined && !cleaning.kept[page.nodes[node].parent];
        let judged = match tag {
            "form" | "fieldset" if !root => cleaning.forms,
            "table" => !cleaning.forms,
            "ul" => !cleaning.forms,
            "div" => !cleaning.forms && !cleaning.paragraph[node],
            "" | "article" | "section" | "p" | "ol" => false,
            _ => !cleaning.forms && root,
        };
        let mut own = inside[node];
        own.paragraphs += cleaning.own_paragraphs[node];
        own.text_elements += cleaning.own_paragraphs[node];
        if judged && !in_data_table[node] && !own.data_table {
            let in_figure = page.ancestors(node).take(3).any(|around| figures[around]);
            let weight = if cleaning.weigh_names {
                features.weights[node]
            } else {
                0
            };
            if looks_like_furniture(page, node, &own, weight, in_figure) {
                gone[node] = Some(features.reason(page, node));
                continue;
            }
        }
        describe(page, node, cleaning, &mut own);
        own.data_table |= data_tables[node];
        let parent = page.nodes[node].parent;
        inside[parent].add(&own);
        inside[parent].elements += u32::from(!tag.is_empty());
    }
}

/// Adds what an element is itself to what is in it, for the element around it.
fn describe(page: &Page<'_>, node: usize, cleaning: &Cleaning<'_>, own: &mut Inside) {
    if let Some(text) = page.text(node) {
        own.chars = text.chars + u32::from(text.chars > 0);
        own.commas = text.text.bytes().filter(|byte| *byte == b',').count() as u32;
        return;
    }
    let tag = if cleaning.paragraph[node] {
        "p"
    } else {
        page.tag(node)
    };
    if own.chars > 0
        && matches!(
            tag,
            "blockquote"
                | "dl"
                | "div"
                | "ol"
                | "p"
                | "pre"
                | "table"
                | "ul"
                | "span"
                | "li"
                | "td"
        )
    {
        own.text_elements += 1;
    }
    match tag {
        "a" => {
            let near = page
                .attr(node, "href")
                .is_some_and(|href| href.len() > 1 && href.starts_with('#'));
            own.link_chars = own.chars as f32 * if near { 0.3 } else { 1.0 };
        }
        "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => own.heading_chars = own.chars,
        "ul" | "ol" => own.list_chars += own.chars,
        "p" => own.paragraphs += 1,
        "img" => own.pictures += 1,
        "li" => own.items += 1,
        // Whole pages stand in a form that only carries hidden state.
        "input" if page.attr(node, "type") != Some("hidden") => own.inputs += 1,
        "object" | "embed" => own.embeds += 1,
        "pre" => own.preformatted = true,
        _ => {}
    }
}

/// Readability's signs of a box that is not text, with its numbers.
fn looks_like_furniture(
    page: &Page<'_>,
    node: usize,
    own: &Inside,
    weight: i8,
    in_figure: bool,
) -> bool {
    if weight < 0 {
        return !own.preformatted;
    }
    if own.commas >= 10 {
        return false;
    }
    if own.chars < 24 && is_notice(&page.plain(node, 30)) {
        return true;
    }
    let chars = own.chars as f32;
    let share = |part: f32| if chars > 0.0 { part / chars } else { 0.0 };
    let is_list = matches!(page.tag(node), "ul" | "ol") || share(own.list_chars as f32) > 0.9;
    let link_density = share(own.link_chars);
    let (paragraphs, pictures) = (own.paragraphs as f32, own.pictures as f32);
    let out = (!in_figure && own.pictures > 1 && paragraphs / pictures < 0.5)
        || (!is_list && own.items as f32 - 100.0 > paragraphs)
        || own.inputs > own.paragraphs / 3
        || (!is_list
            && !in_figure
            && own.chars < 25
            && (own.pictures == 0 || own.pictures > 2)
            && link_density > 0.0
            && share(own.heading_chars as f32) < 0.9)
        || (!is_list && weight < 25 && link_density > 0.2)
        || (weight >= 25 && link_density > 0.5)
        || (own.embeds == 1 && own.chars < 75)
        || own.embeds > 1
        || (own.pictures == 0 && own.text_elements == 0);
    if out && is_list {
        // A list of pictures is no menu.
        return own.widest > 1 || own.pictures != own.items;
    }
    out
}

fn is_notice(text: &str) -> bool {
    const NOTICES: [&str; 15] = [
        "ad",
        "advertising",
        "advertisement",
        "pub",
        "publicité",
        "werb",
        "werbung",
        "广告",
        "реклама",
        "anuncio",
        "loading",
        "正在加载",
        "загрузка",
        "chargement",
        "cargando",
    ];
    let text = text.trim().trim_end_matches(['…', '.']).to_lowercase();
    NOTICES.contains(&text.as_str())
}

/// Tables that hold data and not the page's layout.
fn data_tables(page: &Page<'_>) -> Vec<bool> {
    #[derive(Clone, Copy, Default)]
    struct Shape {
        rows: u32,
        columns: u32,
        cells: u32,
        members: bool,
        tables: bool,
    }
    let mut data = vec![false; page.nodes.len()];
    let mut shapes = vec![Shape::default(); page.nodes.len()];
    for node in (1..page.nodes.len()).rev() {
        let mut own = shapes[node];
        match page.tag(node) {
            "table" => {
                data[node] = if page.attr(node, "role") == Some("presentation")
                    || page.attr(node, "datatable") == Some("0")
                {
                    false
                } else if page.attr(node, "summary").is_some() || own.members {
                    true
                } else if own.tables || own.rows == 1 || own.columns == 1 {
                    false
                } else {
                    own.rows >= 10 || own.columns > 4 || own.rows.saturating_mul(own.columns) > 10
                };
                own.tables = true;
            }
            "tr" => {
                own.rows += 1;
                own.columns = own.columns.max(own.cells);
                own.cells = 0;
            }
            "td" => {
                let span: u32 = page
                    .attr(node, "colspan")
                    .and_then(|span| span.parse().ok())
                    .unwrap_or(1);
                own.cells += span.clamp(1, 1000);
            }
            "caption" | "col" | "colgroup" | "tfoot" | "thead" | "th" => own.members = true,
            _ => {}
        }
        let around = &mut shapes[page.nodes[node].parent];
        around.rows += own.rows;
        around.columns = around.columns.max(own.columns);
        around.cells = around.cells.saturating_add(own.cells);
        around.members |= own.members;
        around.tables |= own.tables;
    }
    data
}

/// Whether a node is one of `roots`, or inside one.
fn covered(page: &Page<'_>, roots: &[bool]) -> Vec<bool> {
    let mut covered = roots.to_vec();
    for node in 1..covered.len() {
        covered[node] |= covered[page.nodes[node].parent];
    }
    covered
}
