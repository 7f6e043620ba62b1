//! Which lines belong to the page and not to the article? Each rule knows a kind of line by the words such lines are
//! made of, on any page; none knows a particular page.

use crate::article::DropReason;
use crate::ingest::date;

/// Longer blocks are never taken for noise: the longest kind, cookie notes, stays well below it.
const LONGEST: usize = 400;

/// Words that send a reader to another article when they stand before a colon (or as a heading over titles). Spelt
/// without spaces and apostrophes, because pages lose them: see [`letters`].
const CROSS_LINKS: [&str; 53] = [
    "alsocheck",
    "alsoread",
    "alsosee",
    "readalso",
    "seealso",
    "checkalso",
    "checkout",
    "checkthisout",
    "dontmiss",
    "donotmiss",
    "dontforgettoread",
    "mustread",
    "mustsee",
    "readmore",
    "readnext",
    "readthis",
    "readthisnext",
    "readrelated",
    "readfullarticle",
    "recommendedreading",
    "recommendedarticle",
    "recommendedarticles",
    "recommendedforyou",
    "recommendedread",
    "related",
    "relatedarticle",
    "relatedarticles",
    "relatedpost",
    "relatedposts",
    "relatedreading",
    "relatedread",
    "relatedstory",
    "relatedstories",
    "relatedcontent",
    "relatedtopics",
    "relatedlinks",
    "relatedarticleread",
    "youmaylike",
    "youmayalsolike",
    "youmightlike",
    "youmightalsolike",
    "youllalsolike",
    "suggestedreading",
    "morereading",
    "moreonthis",
    "moreonthistopic",
    "morefromus",
    "upnext",
    "nextarticle",
    "nextup",
    "similarposts",
    "similararticles",
    "incaseyoumissedit",
];

/// Headings over lists of other articles, forms and comments: what stands under them is not the article.
const PAGE_HEADINGS: [&str; 63] = [
    "mostpopular",
    "mostread",
    "mostviewed",
    "mostrecent",
    "popular",
    "popularposts",
    "populararticles",
    "popularstories",
    "popularnow",
    "popularonline",
    "trending",
    "trendingnow",
    "trendingtopics",
    "trendingstories",
    "latest",
    "latestnews",
    "latestposts",
    "latestarticles",
    "lateststories",
    "recentposts",
    "recentarticles",
    "recentcomments",
    "featured",
    "featuredarticles",
    "featuredposts",
    "editorspicks",
    "editorspick",
    "topstories",
    "topposts",
    "morestories",
    "morearticles",
    "moreposts",
    "morefromthisauthor",
    "morelikethis",
    "morenews",
    "additionalsources",
    "additionalresources",
    "articlesources",
    "sourcesandreferences",
    "viewsources",
    "leaveacomment",
    "leaveareply",
    "postacomment",
    "addacomment",
    "writeacomment",
    "comments",
    "nocomments",
    "cancelreply",
    "jointheconversation",
    "jointhediscussion",
    "sharethis",
    "sharethisarticle",
    "sharethispost",
    "sharethispage",
    "sharethisstory",
    "followus",
    "aboutus",
    "contactus",
    "tags",
    "categories",
    "archives",
    "tableofcontents",
    "newsletter",
];

/// Words of which share lines consist.
const SHARE: [&str; 54] = [
    "share",
    "shares",
    "tweet",
    "pin",
    "it",
    "pinit",
    "email",
    "mail",
    "e",
    "print",
    "facebook",
    "fb",
    "twitter",
    "x",
    "pinterest",
    "whatsapp",
    "linkedin",
    "reddit",
    "tumblr",
    "telegram",
    "messenger",
    "instagram",
    "youtube",
    "flipboard",
    "this",
    "page",
    "article",
    "post",
    "story",
    "on",
    "via",
    "to",
    "by",
    "a",
    "friend",
    "copy",
    "link",
    "url",
    "save",
    "bookmark",
    "like",
    "follow",
    "us",
    "send",
    "download",
    "pdf",
    "text",
    "size",
    "aa",
    "and",
    "version",
    "friendly",
    "listen",
    "for",
];

/// Share lines begin with one of these; the rest of [`SHARE`] alone says nothing.
const SHARE_FIRST: [&str; 24] = [
    "share",
    "shares",
    "tweet",
    "pin",
    "pinit",
    "email",
    "print",
    "facebook",
    "twitter",
    "pinterest",
    "whatsapp",
    "linkedin",
    "reddit",
    "copy",
    "save",
    "bookmark",
    "like",
    "follow",
    "send",
    "download",
    "text",
    "printer",
    "listen",
    "e",
];

/// Words of which menus consist.
const MENU: [&str; 62] = [
    "home",
    "menu",
    "search",
    "log",
    "in",
    "login",
    "logout",
    "sign",
    "up",
    "signin",
    "signup",
    "register",
    "subscribe",
    "skip",
    "to",
    "content",
    "main",
    "navigation",
    "nav",
    "about",
    "us",
    "contact",
    "privacy",
    "policy",
    "terms",
    "of",
    "use",
    "service",
    "and",
    "conditions",
    "cookie",
    "cookies",
    "settings",
    "sitemap",
    "site",
    "map",
    "help",
    "faq",
    "faqs",
    "advertise",
    "with",
    "careers",
    "jobs",
    "accessibility",
    "disclaimer",
    "news",
    "topics",
    "az",
    "a",
    "z",
    "blog",
    "shop",
    "store",
    "toggle",
    "close",
    "open",
    "back",
    "top",
    "next",
    "previous",
    "index",
    "more",
];

/// A menu has one of these.
const MENU_SIGNS: [&str; 19] = [
    "home",
    "menu",
    "login",
    "log",
    "skip",
    "privacy",
    "contact",
    "sitemap",
    "signin",
    "sign",
    "terms",
    "navigation",
    "search",
    "toggle",
    "next",
    "previous",
    "back",
    "subscribe",
    "careers",
];

/// Why a line of these words is left out, wherever in the article it stands; `None` for text.
pub(super) fn reason(text: &str) -> Option<DropReason> {
    if text.len() > LONGEST {
        return None;
    }
    let words = words(text);
    if cross_link(text) {
        return Some(DropReason::CrossLink);
    }
    if caption(text, &words) {
        return Some(DropReason::Caption);
    }
    if advert(&words) {
        return Some(DropReason::Advert);
    }
    if trail(text) || menu(&words) || is_button(&words) || points_onward(text) {
        return Some(DropReason::Navigation);
    }
    if counts_comments(&words) {
        return Some(DropReason::Comment);
    }
    if share(&words) || copyright(text, &words) || cookies(&words) || byline(text, &words) {
        return Some(DropReason::Furniture);
    }
    None
}

/// Whether a line is a heading that pages put over what is not the article.
pub(super) fn is_page_heading(text: &str) -> bool {
    let letters = letters(text);
    text.len() <= 60
        && (PAGE_HEADINGS.contains(&letters.as_str()) || (letters != "related" && is_cue(&letters)))
}

/// Whether a line stands over a table of contents.
pub(super) fn is_contents_label(text: &str) -> bool {
    const LABELS: [&str; 9] = [
        "contents",
        "tableofcontents",
        "inthisarticle",
        "onthispage",
        "inthissection",
        "jumpto",
        "quicklinks",
        "whatsinthisarticle",
        "insidethisarticle",
    ];
    text.len() <= 60 && LABELS.contains(&letters(text).as_str())
}

/// Whether a line, at the head of an article, says who wrote, checked or published it.
pub(super) fn is_credit(text: &str) -> bool {
    let words = words(text);
    text.len() <= 200
        && (name_line(text, &words) || byline(text, &words) || date::date_line(text).is_some())
}

/// The ASCII letters of `text` in lower case and nothing else, so that lost, curly and garbled apostrophes, spaces and
/// entities make no difference.
pub(super) fn letters(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        rest = &rest[c.len_utf8()..];
        if c == '&'
            && let Some((entity, after)) = rest.split_once(';')
            && entity.len() <= 6
            && !entity.contains(' ')
        {
            rest = after;
        } else if c.is_ascii_alphabetic() {
            out.push(c.to_ascii_lowercase());
        }
    }
    out
}

fn is_cue(letters: &str) -> bool {
    CROSS_LINKS.contains(&letters)
}

/// Lower-case runs of letters and digits; an apostrophe does not end a word.
fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !(c.is_alphanumeric() || matches!(c, '\'' | '’')))
        .map(|word| word.replace(['\'', '’'], "").to_lowercase())
        .filter(|word| !word.is_empty())
        .collect()
}

/// A cue, a colon (or a dash, an arrow), and a title.
fn cross_link(text: &str) -> bool {
    const SEPARATORS: [&str; 7] = [":", " – ", " — ", " - ", " >", "»", "›"];
    let head: String = text.chars().take(40).collect();
    let Some((at, separator)) = SEPARATORS
        .iter()
        .filter_map(|separator| head.find(separator).map(|at| (at, separator)))
        .min()
    else {
        return false;
    };
    // In garbled text a character of the cue may be three, so the offset is of the same text.
    let title = text[at + separator.len()..].trim();
    is_cue(&letters(&head[..at])) && !title.is_empty() && looks_like_title(title)
}

/// Titles are short, and no sentence that ends with a full stop.
fn looks_like_title(text: &str) -> bool {
    text.split_whitespace().count() <= 24 && !(text.ends_with('.') && !text.ends_with(".."))
}

fn caption(text: &str, words: &[String]) -> bool {
    const LABELS: [&str; 16] = [
        "image",
        "images",
        "photo",
        "photos",
        "picture",
        "illustration",
        "figure",
        "fig",
        "credit",
        "photocredit",
        "imagecredit",
        "imagesource",
        "photosource",
        "photocourtesy",
        "imagecourtesy",
        "caption",
    ];
    const AGENCIES: [&str; 8] = [
        "getty",
        "gettyimages",
        "shutterstock",
        "istock",
        "istockphoto",
        "unsplash",
        "pexels",
        "freepik",
    ];
    if words.len() > 30 {
        return false;
    }
    let Some(first) = words.first() else {
        return false;
    };
    let inner = text.trim_start_matches(['(', '[', '*']);
    if let Some((label, _)) = inner.split_once(':')
        && label.len() <= 20
    {
        let label: String = letters(label);
        if LABELS.contains(&label.as_str()) {
            return true;
        }
    }
    let second = words.get(1).map_or("", String::as_str);
    // A name glued to the word, as where a line break was lost: "CreditJane Roe".
    let glued = text
        .strip_prefix("Credit")
        .is_some_and(|rest| rest.starts_with(char::is_uppercase));
    // "(Artist: Jane Roe)"
    let bracketed = text.starts_with('(')
        && text.ends_with(')')
        && words.len() <= 8
        && inner
            .split_once(':')
            .is_some_and(|(label, _)| !label.contains(' '));
    let labelled = glued
        || bracketed
        || matches!(
            (first.as_str(), second),
            (
                "photo" | "image" | "picture" | "illustration",
                "credit" | "by" | "courtesy" | "source" | "via" | "from"
            )
        );
    let last = words.last().map_or("", String::as_str);
    let only = words.len() == 1
        && matches!(
            first.as_str(),
            "image" | "photo" | "photos" | "slideshow" | "gallery"
        );
    let agency = words.len() <= 10
        && !text.ends_with('.')
        && words.iter().any(|word| AGENCIES.contains(&word.as_str()));
    labelled || is_pinned(text) || only || agency
}

/// `Pin on Board Name`, `Board name on Pinterest`: what a picture taken from that site is called.
pub(super) fn is_pinned(text: &str) -> bool {
    let words = words(text);
    let [first, second, .., before_last, last] = words.as_slice() else {
        return false;
    };
    words.len() <= 30
        && ((first == "pin" && matches!(second.as_str(), "on" | "by"))
            || (last == "pinterest" && matches!(before_last.as_str(), "on" | "via")))
}

/// `Comments (5 posted)`, `3 comments`.
fn counts_comments(words: &[String]) -> bool {
    let number = |word: &String| word.bytes().all(|byte| byte.is_ascii_digit());
    words.len() <= 4
        && words
            .iter()
            .any(|word| word == "comments" || word == "comment")
        && words.iter().any(number)
        && words.iter().all(|word| {
            number(word)
                || matches!(
                    word.as_str(),
                    "comments" | "comment" | "posted" | "so" | "far"
                )
        })
}

/// What buttons say: `Learn more`, `Play Video`, `Next`.
fn is_button(words: &[String]) -> bool {
    const BUTTONS: [&str; 36] = [
        "learn more",
        "read more",
        "show more",
        "see more",
        "view more",
        "load more",
        "find out more",
        "more",
        "less",
        "see all",
        "view all",
        "show all",
        "show less",
        "click here",
        "try it now",
        "next",
        "previous",
        "prev",
        "play",
        "pause",
        "play video",
        "watch",
        "watch now",
        "watch video",
        "fullscreen",
        "loading",
        "close",
        "continue reading",
        "keep reading",
        "back to top",
        "expand",
        "collapse",
        "download now",
        "buy now",
        "shop now",
        "jump to",
    ];
    words.len() <= 3 && BUTTONS.contains(&words.join(" ").as_str())
}

fn advert(words: &[String]) -> bool {
    let first = words.first().map_or("", String::as_str);
    let has = |word: &str| words.iter().any(|other| other == word);
    let label = matches!(
        first,
        "advertisement" | "advertisements" | "ad" | "ads" | "sponsored" | "advertising"
    ) && (words.len() <= 2
        || (words.len() <= 6 && (has("continue") || has("below") || has("by"))));
    let asks = matches!(
        first,
        "sign" | "subscribe" | "join" | "get" | "enter" | "receive" | "want"
    );
    let sign_up = words.len() <= 40
        && asks
        && (has("newsletter")
            || has("newsletters")
            || has("inbox")
            || (has("email") && has("address")));
    label || sign_up
}

/// `Home > Conditions > Back`, `You are here: …`.
fn trail(text: &str) -> bool {
    if text.chars().count() > 200 {
        return false;
    }
    let arrows = [" > ", " » ", " › ", " → ", " / ", " :: "]
        .iter()
        .map(|arrow| (text.matches(arrow).count(), *arrow != " / "))
        .max()
        .unwrap_or_default();
    let home = text.starts_with("Home") || text.starts_with("HOME");
    letters(text).starts_with("youarehere")
        || (home && arrows.0 >= 1)
        || (arrows.0 >= 2 && arrows.1 && !text.ends_with('.'))
}

/// `More on backs ›`: an arrow at the end leads to another page.
fn points_onward(text: &str) -> bool {
    text.ends_with(['›', '»', '→', '►']) && text.len() <= 120
}

fn menu(words: &[String]) -> bool {
    words.len() >= 2
        && words.iter().all(|word| MENU.contains(&word.as_str()))
        && words.iter().any(|word| MENU_SIGNS.contains(&word.as_str()))
}

fn share(words: &[String]) -> bool {
    let Some(first) = words.first() else {
        return false;
    };
    let known = |word: &String| {
        SHARE.contains(&word.as_str()) || word.bytes().all(|byte| byte.is_ascii_digit())
    };
    let counted = first.bytes().all(|byte| byte.is_ascii_digit())
        && words.get(1).is_some_and(|word| word == "shares");
    words.len() <= 16
        && (counted || SHARE_FIRST.contains(&first.as_str()))
        && words.iter().all(known)
        && (words.len() >= 2
            || matches!(
                first.as_str(),
                "share" | "shares" | "tweet" | "print" | "facebook" | "twitter" | "pinterest"
            ))
}

fn copyright(text: &str, words: &[String]) -> bool {
    let first = words.first().map_or("", String::as_str);
    let year =
        |word: &String| word.len() == 4 && (word.starts_with("19") || word.starts_with("20"));
    let marked = text.starts_with('©')
        || text.starts_with("(c) ")
        || text.starts_with("(C) ")
        || first == "copyright";
    (marked && words.iter().take(4).any(year)) || letters(text).contains("allrightsreserved")
}

fn cookies(words: &[String]) -> bool {
    let has = |word: &str| words.iter().any(|other| other == word);
    has("cookies")
        && (has("uses") || has("use") || has("accept"))
        && (has("site") || has("website") || has("browser") || has("experience") || has("we"))
}

/// `Written by …`, `Medically reviewed by …`, `Author: …`: short, and no sentence.
fn byline(text: &str, words: &[String]) -> bool {
    const CREDITS: [&str; 14] = [
        "written",
        "reviewed",
        "edited",
        "posted",
        "updated",
        "checked",
        "published",
        "approved",
        "verified",
        "compiled",
        "authored",
        "submitted",
        "created",
        "prepared",
    ];
    if words.len() > 24 || text.ends_with('.') && words.len() > 12 {
        return false;
    }
    let label = text
        .split_once(':')
        .map(|(label, _)| letters(label))
        .unwrap_or_default();
    if matches!(
        label.as_str(),
        "author" | "authors" | "writtenby" | "reviewer" | "medicalreviewer" | "editor"
    ) {
        return true;
    }
    words
        .iter()
        .take(4)
        .position(|word| CREDITS.contains(&word.as_str()))
        .is_some_and(|at| {
            words.get(at + 1).is_some_and(|word| word == "by")
                && words[..at].iter().all(|word| {
                    CREDITS.contains(&word.as_str())
                        || matches!(
                            word.as_str(),
                            "medically"
                                | "fact"
                                | "last"
                                | "clinically"
                                | "and"
                                | "article"
                                | "this"
                                | "originally"
                        )
                })
        })
}

/// `By Jane Roe`, `By Jane Roe, MD`: a name and nothing else.
fn name_line(text: &str, words: &[String]) -> bool {
    let Some(name) = text
        .strip_prefix("By ")
        .or_else(|| text.strip_prefix("by "))
    else {
        return false;
    };
    (2..=14).contains(&words.len())
        && !text.ends_with(['.', '?', '!'])
        && name.starts_with(char::is_uppercase)
        && name
            .split_whitespace()
            .filter(|word| word.chars().count() > 3)
            .all(|word| word.starts_with(|c: char| !c.is_lowercase()))
}
