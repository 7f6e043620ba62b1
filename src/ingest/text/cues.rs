//! Which words give a line of the page away? Lists only; the rules that read them are in [`super::noise`].
//!
//! Cues of several words are written without spaces, because pages lose spaces and apostrophes: see
//! [`super::noise::letters`].

use std::collections::HashSet;
use std::sync::LazyLock;

/// Whether `word` is one of the words of `list`.
pub(super) fn is_one_of(list: &HashSet<&'static str>, word: &str) -> bool {
    list.contains(word)
}

/// A list of words.
pub(super) type Cues = LazyLock<HashSet<&'static str>>;

fn words(list: &'static str) -> HashSet<&'static str> {
    list.split_ascii_whitespace().collect()
}

/// What sends a reader to another article when it stands before a colon, or as a heading over titles.
pub(super) static CROSS_LINKS: Cues = Cues::new(|| {
    words("
    alsocheck alsoread alsosee readalso seealso checkalso checkout checkthisout dontmiss donotmiss dontforgettoread
    mustread mustsee readmore readnext readthis readthisnext readrelated readfullarticle recommendedreading
    recommendedarticle recommendedarticles recommendedforyou recommendedread related relatedarticle relatedarticles
    relatedpost relatedposts relatedreading relatedread relatedstory relatedstories relatedcontent relatedtopics
    relatedlinks relatedarticleread youmaylike youmayalsolike youmightlike youmightalsolike youllalsolike
    suggestedreading morereading moreonthis moreonthistopic morefromus upnext nextarticle nextup similarposts
    similararticles incaseyoumissedit")
});

/// Headings over lists of other articles.
pub(super) static LINK_LISTS: Cues = Cues::new(|| {
    words("
    mostpopular mostread mostviewed mostrecent popular popularposts populararticles popularstories popularnow
    popularonline trending trendingnow trendingtopics trendingstories latest latestnews latestposts latestarticles
    lateststories recentposts recentarticles recentcomments featured featuredarticles featuredposts editorspicks
    editorspick topstories topposts morestories morearticles moreposts morefromthisauthor morelikethis morenews")
});

/// Headings over comments, forms, sources and buttons, which are left when what stood under them was lost.
pub(super) static LEFTOVERS: Cues = Cues::new(|| {
    words("
    additionalsources additionalresources articlesources sourcesandreferences viewsources leaveacomment leaveareply
    postacomment addacomment writeacomment comments nocomments cancelreply jointheconversation jointhediscussion
    sharethis sharethisarticle sharethispost sharethispage sharethisstory followus aboutus contactus tags categories
    archives newsletter")
});

/// Labels over a table of contents.
pub(super) static CONTENTS: Cues = Cues::new(|| {
    words("
    contents tableofcontents inthisarticle onthispage inthissection jumpto quicklinks whatsinthisarticle
    insidethisarticle")
});

/// Labels before the name of a picture or of its maker.
pub(super) static CAPTION_LABELS: Cues = Cues::new(|| {
    words("
    image images photo photos picture illustration figure fig credit photocredit imagecredit imagesource photosource
    photocourtesy imagecourtesy caption")
});

/// The same, where they stand in brackets.
pub(super) static BRACKETED_LABELS: Cues =
    Cues::new(|| words("artist source credit photo image picture via photographer courtesy"));

/// Where pages buy their pictures.
pub(super) static AGENCIES: Cues = Cues::new(|| {
    words("getty gettyimages shutterstock istock istockphoto unsplash pexels freepik")
});

/// What buttons say.
pub(super) static BUTTONS: Cues = Cues::new(|| {
    words("
    learnmore readmore showmore seemore viewmore loadmore findoutmore more less seeall viewall showall showless clickhere
    tryitnow next previous prev play pause playvideo watch watchnow watchvideo fullscreen loading close continuereading
    keepreading backtotop expand collapse downloadnow buynow shopnow jumpto")
});

/// Words of which share lines consist.
pub(super) static SHARE: Cues = Cues::new(|| {
    words("
    share shares tweet pin it pinit email mail e print printer facebook fb twitter x pinterest whatsapp linkedin reddit
    tumblr telegram messenger instagram youtube flipboard this page article post story on via to by a friend copy link
    url save bookmark like follow us send download pdf text size aa and version friendly listen for")
});

/// Share lines begin with one of these; the rest of [`SHARE`] alone says nothing.
pub(super) static SHARE_FIRST: Cues = Cues::new(|| {
    words("
    share shares tweet pin pinit email print printer facebook twitter pinterest whatsapp linkedin reddit copy save
    bookmark like follow send download text listen e")
});

/// These make a share line alone.
pub(super) static SHARE_ALONE: Cues =
    Cues::new(|| words("share shares tweet print facebook twitter pinterest"));

/// Words of which menus consist.
pub(super) static MENU: Cues = Cues::new(|| {
    words("
    home menu search log in login logout sign up signin signup register subscribe skip to content main navigation nav
    about us contact privacy policy terms of use service and conditions cookie cookies settings sitemap site map help
    faq faqs advertise with careers jobs accessibility disclaimer news topics az a z blog shop store toggle close open
    back top next previous index more")
});

/// A menu has one of these.
pub(super) static MENU_SIGNS: Cues = Cues::new(|| {
    words("
    home menu login log skip privacy contact sitemap signin sign terms navigation search toggle next previous back
    subscribe careers")
});

/// What was done to an article by whom the next words name.
pub(super) static CREDITS: Cues = Cues::new(|| {
    words("written reviewed edited posted updated checked published authored submitted")
});

/// What may stand before one of [`CREDITS`].
pub(super) static BEFORE_CREDITS: Cues =
    Cues::new(|| words("medically clinically fact last and article this originally"));

/// Labels before a name, at the head of an article or anywhere else.
pub(super) static CREDIT_LABELS: Cues = Cues::new(|| {
    words("
    author authors writtenby reviewer reviewedby medicalreviewer medicallyreviewedby editor pageeditor factcheckedby")
});

/// Labels that stand only at the head of an article.
pub(super) static HEAD_LABELS: Cues = Cues::new(|| {
    words("
    source publisher publication provider category categories topic topics tags keywords language filedunder postedin
    readingtime readtime")
});

/// Words of which cookie notes have one beside "cookies" and "use".
pub(super) static COOKIE_SIGNS: Cues = Cues::new(|| {
    words("
    site website browser browsing experience traffic preferences consent policy privacy settings analytics")
});
