//! What becomes of whole texts. The texts are written for these tests, in the manner of such pages.

use super::parse;
use crate::article::DropReason::{
    self, Advert, Caption, Comment, CrossLink, Duplicate, Furniture, Navigation,
};
use crate::ingest::Parsed;

/// A page as a content farm has it, flattened: trail, captions and cross links between its sections.
const FARM: &str = "\
Friday, March 8, 2024
HomeJoint CornerHow To Calm An Aching Knee

How To Calm An Aching Knee

Rest Your Knee The Right Way

7 Cushions For Your Knee

Resting does not mean lying still. Keep the joint moving a little every hour.

It helps to raise the leg on a cushion in the evening.

Dont Miss: Best Shoes For A Bad Knee

Cold Packs Or Warm Baths

Cold packs calm a swollen joint, and warmth loosens a stiff one. Try both and keep what helps.

How to apply?

  • Wrap the pack in a towel before it touches the skin.
  • Take it off after a quarter of an hour.

Recommended Reading: Can Rain Make Your Knee Hurt

Additional sources

Why Does My Knee Click

Pin on Knees And What They Need

A click without pain is harmless. Gas bubbles in the joint fluid make the sound.

Is your knee also swollen in the morning?

Then the lining of the joint may be inflamed.

Donât Miss: Knee Braces For Runners

You May Like: What Your Knee Says About You

Exercises That Strengthen The Thigh And Take Load Off The Knee Joint In Daily Life

how a strong thigh protects the knee

A strong thigh muscle takes load off the joint. Rise from a chair ten times without using your hands.

Most Popular

Ten Foods For Strong Bones
";

/// One line a section: level, path, and the text with its line breaks as slashes.
fn outline(parsed: &Parsed) -> Vec<String> {
    parsed
        .sections
        .iter()
        .map(|section| {
            let text = section.text().replace("\n\n", " // ").replace('\n', " / ");
            format!(
                "{} {} = {text}",
                section.level,
                section.heading_path.join(" > ")
            )
        })
        .collect()
}

fn headings(source: &str) -> Vec<String> {
    parse(source)
        .sections
        .iter()
        .filter_map(|section| section.heading().map(str::to_owned))
        .collect()
}

fn dropped(parsed: &Parsed) -> Vec<(DropReason, &str)> {
    parsed
        .dropped
        .iter()
        .map(|dropped| (dropped.reason, dropped.text.as_str()))
        .collect()
}

#[test]
fn a_flattened_page_is_read_into_its_sections() {
    let parsed = parse(FARM);
    assert_eq!(parsed.title.as_deref(), Some("How To Calm An Aching Knee"));
    assert_eq!(parsed.published.as_deref(), Some("2024-03-08"));
    assert_eq!(
        outline(&parsed),
        [
            "2 Rest Your Knee The Right Way = Resting does not mean lying still. Keep the joint moving a little every hour. // It helps to raise the leg on a cushion in the evening.",
            "2 Cold Packs Or Warm Baths = Cold packs calm a swollen joint, and warmth loosens a stiff one. Try both and keep what helps.",
            "3 Cold Packs Or Warm Baths > How to apply? = - Wrap the pack in a towel before it touches the skin. / - Take it off after a quarter of an hour.",
            "2 Why Does My Knee Click = A click without pain is harmless. Gas bubbles in the joint fluid make the sound. // Is your knee also swollen in the morning? // Then the lining of the joint may be inflamed.",
            "2 Exercises That Strengthen The Thigh And Take Load Off The Knee Joint In Daily Life = how a strong thigh protects the knee // A strong thigh muscle takes load off the joint. Rise from a chair ten times without using your hands.",
        ]
    );
}

#[test]
fn all_that_a_flattened_page_adds_is_listed_with_its_reason() {
    assert_eq!(
        dropped(&parse(FARM)),
        [
            (Furniture, "Friday, March 8, 2024"),
            (Navigation, "HomeJoint CornerHow To Calm An Aching Knee"),
            (Caption, "7 Cushions For Your Knee"),
            (CrossLink, "Dont Miss: Best Shoes For A Bad Knee"),
            (
                CrossLink,
                "Recommended Reading: Can Rain Make Your Knee Hurt"
            ),
            (Furniture, "Additional sources"),
            (Caption, "Pin on Knees And What They Need"),
            (CrossLink, "Don’t Miss: Knee Braces For Runners"),
            (CrossLink, "You May Like: What Your Knee Says About You"),
            (Furniture, "Most Popular"),
            (Navigation, "Ten Foods For Strong Bones"),
        ]
    );
}

#[test]
fn a_flattened_page_reads_the_same_without_its_blank_lines() {
    let tight: String = FARM
        .lines()
        .filter(|line| !line.is_empty())
        .map(|line| format!("{line}\n"))
        .collect();
    assert_eq!(outline(&parse(&tight)), outline(&parse(FARM)));
}

#[test]
fn what_is_left_out_stands_where_it_says() {
    for dropped in parse(FARM).dropped {
        let first = dropped.text.split(' ').next().unwrap_or_default();
        let there = &FARM[dropped.offset..];
        assert!(
            there.starts_with(first) || there.starts_with("Donât"),
            "{} at {}",
            dropped.text,
            dropped.offset
        );
    }
}

#[test]
fn every_word_of_a_section_has_its_place_in_the_source() {
    for section in parse(FARM).sections {
        for block in &section.blocks {
            for word in block.text.words() {
                let text = &block.text.as_str()[word.text.start as usize..word.text.end as usize];
                assert_eq!(
                    text,
                    &FARM[word.source.start as usize..word.source.end as usize]
                );
            }
        }
    }
}

#[test]
fn a_cross_link_within_a_section_does_not_take_its_heading() {
    let source = "Aching Wrists\n\nWhy Wrists Ache\n\nRead Also: Ten Pens For Writers\n\nTyping strains the tendons of the wrist.\n\n\
        Also Check: Desks For Tall People\n\nWhat Helps At Once\n\nPut the hands in warm water.\n";
    assert_eq!(headings(source), ["Why Wrists Ache", "What Helps At Once"]);
}

#[test]
fn stacked_headings_of_an_ordinary_article_are_both_kept() {
    let source = "Gout\n\nSymptoms\n\nDuring an attack\n\nThe big toe is red, hot and sore to the touch.\n\n\
        Between attacks\n\nMost people feel nothing at all for months.\n";
    assert_eq!(
        headings(source),
        ["Symptoms", "During an attack", "Between attacks"]
    );
    assert!(parse(source).dropped.is_empty());
}

#[test]
fn hard_wrapped_lines_are_joined_again() {
    let source = "Hiccups\n\nHiccups come from the diaphragm, the muscle under the lungs, which\n\
        contracts without being asked to. Most bouts end by themselves within a\nfew minutes.\n\n\
        What to try\n\n- Hold your breath for as long as it is comfortable, and swallow three\n  times.\n\
        - Sip cold water.\n\nSee a doctor if a bout lasts for more than two days, or comes back so\n\
        often that it disturbs your sleep.\n";
    assert_eq!(
        outline(&parse(source)),
        [
            "0  = Hiccups come from the diaphragm, the muscle under the lungs, which contracts without being asked to. Most bouts end by themselves within a few minutes.",
            "2 What to try = - Hold your breath for as long as it is comfortable, and swallow three times. / - Sip cold water. // See a doctor if a bout lasts for more than two days, or comes back so often that it disturbs your sleep.",
        ]
    );
}

#[test]
fn in_a_tight_text_each_line_is_a_paragraph() {
    let source = "Dry Eyes\nTears keep the eye clean and smooth.\nScreens make people blink less often than they should.\n\
        What You Can Do\nLook away from the screen every twenty minutes.\nDrops from a pharmacy replace tears.\n";
    assert_eq!(
        outline(&parse(source)),
        [
            "0  = Tears keep the eye clean and smooth. // Screens make people blink less often than they should.",
            "2 What You Can Do = Look away from the screen every twenty minutes. // Drops from a pharmacy replace tears.",
        ]
    );
}

#[test]
fn headings_may_stand_right_on_top_of_their_text() {
    let source = "Dry Skin\n\nCauses\nCold air and hot showers take the oil out of the skin. It becomes rough, and in the end it cracks and itches.\n\n\
        Older skin makes less oil, so that dryness grows with age; most people over seventy know it in the winter months.\n\n\
        Care\nUse a plain cream right after washing. Ointments last longer than lotions, and gloves protect the hands.\n\n\
        Wear cotton under wool, and keep the bedroom cool and the air in it moist when the heating is turned on.\n";
    assert_eq!(headings(source), ["Causes", "Care"]);
}

#[test]
fn headings_are_ranked_by_how_they_are_written() {
    let numbered = "Sprains\n\n1. What it is\n\nA ligament is stretched or torn.\n\n2. Care\n\n2.1 The first day\n\nCool it and raise it.\n\n\
        2.2 Later\n\nMove it gently.\n";
    let underlined = "Sprains\n=======\n\nCare\n----\n\nCool it.\n\nThe first day\n~~~~~~~~~~~~~\n\nRaise it.\n\nOutlook\n-------\n\nIt heals.\n";
    let hashed = "# Sprains\n\n## Care\n\nCool it.\n\n### The first day ###\n\nRaise it.\n";
    let capitals = "SPRAINS\n\nCARE AND REST\n\nCool it.\n\nThe first day\n\nRaise it.\n\nTHE OUTLOOK\n\nIt heals.\n";
    for (source, expected) in [
        (
            numbered,
            &[
                "2 1. What it is",
                "2 2. Care",
                "3 2.1 The first day",
                "3 2.2 Later",
            ][..],
        ),
        (underlined, &["2 Care", "3 The first day", "2 Outlook"]),
        (hashed, &["2 Care", "3 The first day"]),
        (
            capitals,
            &["2 CARE AND REST", "3 The first day", "2 THE OUTLOOK"],
        ),
    ] {
        let parsed = parse(source);
        let ranked: Vec<String> = parsed
            .sections
            .iter()
            .map(|section| {
                format!(
                    "{} {}",
                    section.level,
                    section.heading().unwrap_or_default()
                )
            })
            .collect();
        assert_eq!(ranked, expected);
        assert!(
            parsed
                .title
                .is_some_and(|title| title.eq_ignore_ascii_case("sprains"))
        );
    }
}

#[test]
fn labels_are_headings_and_announcements_are_not() {
    let source = "Stings\n\nWhat To Do:\n\nScrape the sting out sideways and cool the spot.\n\nCall for help if:\n\n\
        - the face swells\n- breathing is hard\n\nMost stings heal within a day.\n";
    assert_eq!(headings(source), ["What To Do:"]);
}

#[test]
fn marks_of_links_behind_headings_tell_them_from_other_short_lines() {
    let source = "Sleep starts with a routine that is kept every day.\n\nWhy it matters #\n\nThe body likes rhythm.\n\n\
        A bed in a dark room\n\nLight in the evening delays sleep.\n\nHow to begin #\n\nGet up at the same time.\n";
    assert_eq!(headings(source), ["Why it matters #", "How to begin #"]);
}

#[test]
fn an_item_counted_right_after_another_is_no_heading() {
    let source = "Nosebleeds\n\nDo this in order.\n\n1. Sit up straight\n2. Lean forward\n3. Pinch the nose\n\nMost bleeds stop within ten minutes.\n\n\
        It was over after 2. No more was needed.\n";
    assert_eq!(
        outline(&parse(source)),
        [
            "0  = Do this in order. // - Sit up straight / - Lean forward / - Pinch the nose // Most bleeds stop within ten minutes. // It was over after 2. No more was needed."
        ]
    );
}

#[test]
fn many_short_lines_in_a_row_are_no_headings() {
    let source = "Vitamins keep the body going, and most come with food.\n\nMilk\n\nFish\n\nEggs\n\nBeans\n\nKale\n\nAll of these hold some.\n";
    assert_eq!(headings(source), Vec::<String>::new());
}

#[test]
fn bullets_are_taken_off_and_cells_kept_apart() {
    let source = "Doses\n\nThe usual doses are these.\n\n•First\n* Second\n– Third\n\nAge\tDose\nChild\t5 ml\n\nA | B\nC | D\n";
    assert_eq!(
        outline(&parse(source)),
        [
            "0  = The usual doses are these. // - First / - Second / - Third // Age | Dose / Child | 5 ml / A | B / C | D"
        ]
    );
}

#[test]
fn the_head_of_an_article_gives_title_date_and_address() {
    let source = "Skip to content\nMenu  Search  Log in\nHome > Conditions > Ears\nRinging in the Ears\nHillside Health Board\n\
        https://example.org/ears\nBy Ada Quill\nMedically reviewed by Bo Finch, MD\nUpdated 3 May 2022\n5 min read\nShare  Tweet  Email\n\
        A ringing sound that nobody else hears is called tinnitus.\nWhat Brings It On\nLoud music is the usual reason.\n";
    let parsed = parse(source);
    assert_eq!(parsed.title.as_deref(), Some("Ringing in the Ears"));
    assert_eq!(parsed.published.as_deref(), Some("2022-05-03"));
    assert_eq!(parsed.url.as_deref(), Some("https://example.org/ears"));
    assert_eq!(
        outline(&parsed),
        [
            "0  = A ringing sound that nobody else hears is called tinnitus.",
            "2 What Brings It On = Loud music is the usual reason.",
        ]
    );
    assert_eq!(parsed.dropped.len(), 10);
}

#[test]
fn a_trail_may_be_all_there_is_of_the_title() {
    let parsed = parse(
        "HomeFoot CornerWhat Helps Sore Heels\n\nRest Comes First\n\nStay off the foot for a day or two.\n",
    );
    assert_eq!(parsed.title.as_deref(), Some("What Helps Sore Heels"));
    assert_eq!(
        outline(&parsed),
        ["2 Rest Comes First = Stay off the foot for a day or two."]
    );
    assert_eq!(parsed.dropped[0].reason, Navigation);
}

#[test]
fn a_text_that_begins_with_prose_has_no_title() {
    assert_eq!(
        parse("A cough clears the airways.\n\nCauses\n\nColds.\n").title,
        None
    );
}

#[test]
fn copies_of_the_title_are_left_out_but_not_its_next_number() {
    let parsed = parse(
        "Part 1\n\nThe first steps are easy.\n\nPART 1\n\nThey are.\n\nPart 2\n\nThe next ones are not.\n",
    );
    assert_eq!(dropped(&parsed), [(Duplicate, "PART 1")]);
    assert_eq!(
        parsed.sections.last().and_then(|section| section.heading()),
        Some("Part 2")
    );
}

#[test]
fn a_text_in_another_script_is_read_like_any_other() {
    let parsed = parse(
        "Кашель\n\nКашель очищает дыхательные пути от слизи.\n\nПричины\n\nЧаще всего это простуда.\n\nЛечение\n\nПейте много воды.\n",
    );
    assert_eq!(parsed.title.as_deref(), Some("Кашель"));
    assert_eq!(parsed.sections.len(), 3);
    assert!(parsed.dropped.is_empty());
}

#[test]
fn a_table_of_contents_is_left_out() {
    let source = "Warts\n\nContents\n\n  • Causes\n  • Treatment\n  • Outlook\n\nWarts are small growths of the skin.\n\nCauses\n\n\
        A virus gets into cracks.\n\nTreatment\n\nAcid plasters work slowly.\n\nOutlook\n\nMost vanish in two years.\n";
    let parsed = parse(source);
    assert_eq!(
        outline(&parsed)[0],
        "0  = Warts are small growths of the skin."
    );
    assert_eq!(headings(source), ["Causes", "Treatment", "Outlook"]);
    assert_eq!(parsed.dropped.len(), 4);
    assert!(
        parsed
            .dropped
            .iter()
            .all(|dropped| dropped.reason == Navigation)
    );
}

#[test]
fn a_list_of_links_goes_with_its_heading_and_a_heading_with_text_stays() {
    let source = "Bruises\n\nA bruise is blood under the skin. It fades by itself.\n\nAdditional resources\n\nAsk your pharmacist for the leaflet on bruises.\n\n\
        Related Articles\n\n• Why Do Old People Bruise\n• Ten Vegetables For Good Blood\n\nLeave a comment\n\n\
        Your email address will not be published. Required fields are marked *\n\nSign up for our newsletter\n\n© 2022 Riverside Reader\n";
    let parsed = parse(source);
    assert_eq!(headings(source), ["Additional resources"]);
    let reasons: Vec<_> = parsed
        .dropped
        .iter()
        .map(|dropped| dropped.reason)
        .collect();
    assert_eq!(
        reasons,
        [
            Furniture, Navigation, Navigation, Comment, Comment, Advert, Furniture
        ]
    );
}

#[test]
fn words_are_repaired_and_keep_their_places() {
    let source =
        "Sore Feet\n\nItâ€™s the insteps that donât heal, in\u{FB02}amed as they are\u{A0}now.\n";
    let parsed = parse(source);
    let text = &parsed.sections[0].blocks[0].text;
    assert_eq!(
        text.as_str(),
        "It’s the insteps that don’t heal, inflamed as they are now."
    );
    let place = text.source_of(0..6).expect("the words have places");
    assert_eq!(&source[place], "Itâ€™s");
}

#[test]
fn no_text_is_too_odd_to_be_read() {
    let odd = [
        "",
        "\n",
        "\r\r\r",
        "\0\0\0",
        "\u{FEFF}",
        "•",
        "-\n-\n",
        "===",
        "a\n===",
        "|",
        " | | ",
        "\t\t",
        "# ",
        "#",
        "1.",
        "1. ",
        ":",
        "()",
        "Home",
        "By ",
        "&",
        "&&&&;",
        "Also Check:",
        "Most Popular",
        "\u{AD}\u{AD}",
        "a\u{301}",
        "Ã",
        "â",
        "ï»¿",
        "ðŸ",
    ];
    for one in odd {
        for other in odd {
            parse(&format!("{one}\n{other}"));
            parse(&format!("{one} {other}\n\n{one}"));
        }
    }
}

#[test]
fn a_long_text_takes_time_in_proportion_to_its_length() {
    // A step that looks at all of the text for each line would take minutes here.
    let lines = 20_000;
    for line in [
        "ab cd\n",
        "Heading Of It\n",
        "Heading Of It\nAlso Check: Foo\n",
        "Most Popular\n",
        "HomeA BcD\n",
        "1. x\n2. y\n",
        "&",
        "a | b | ",
        "Â",
    ] {
        let parsed = parse(&line.repeat(lines));
        assert!(parsed.sections.len() + parsed.dropped.len() > 0, "{line}");
    }
}
