//! Which words give a line of the page away? Lists only; the rules that read them are in [`super::noise`].
//!
//! Cues of several words are written without spaces, because pages lose spaces and apostrophes: see
//! [`super::noise::letters`].

/// Whether `word` is one of the words of `list`.
pub(super) fn is_one_of(list: &str, word: &str) -> bool {
    list.split_ascii_whitespace().any(|other| other == word)
}

/// What sends a reader to another article when it stands before a colon, or as a heading over titles.
pub(super) const CROSS_LINKS: &str = "
    alsocheck alsoread alsosee readalso seealso checkalso checkout checkthisout dontmiss donotmiss dontforgettoread
    mustread mustsee readmore readnext readthis readthisnext readrelated readfullarticle recommendedreading
    recommendedarticle recommendedarticles recommendedforyou recommendedread related relatedarticle relatedarticles
    relatedpost relatedposts relatedreading relatedread relatedstory relatedstories relatedcontent relatedtopics
    relatedlinks relatedarticleread youmaylike youmayalsolike youmightlike youmightalsolike youllalsolike
    suggestedreading morereading moreonthis moreonthistopic morefromus upnext nextarticle nextup similarposts
    similararticles incaseyoumissedit";

/// Headings over lists of other articles.
pub(super) const LINK_LISTS: &str = "
    mostpopular mostread mostviewed mostrecent popular popularposts populararticles popularstories popularnow
    popularonline trending trendingnow trendingtopics trendingstories latest latestnews latestposts latestarticles
    lateststories recentposts recentarticles recentcomments featured featuredarticles featuredposts editorspicks
    editorspick topstories topposts morestories morearticles moreposts morefromthisauthor morelikethis morenews";

/// Headings over comments, forms, sources and buttons, which are left when what stood under them was lost.
pub(super) const LEFTOVERS: &str = "
    additionalsources additionalresources articlesources sourcesandreferences viewsources leaveacomment leaveareply
    postacomment addacomment writeacomment comments nocomments cancelreply jointheconversation jointhediscussion
    sharethis sharethisarticle sharethispost sharethispage sharethisstory followus aboutus contactus tags categories
    archives newsletter";

/// Labels over a table of contents.
pub(super) const CONTENTS: &str = "
    contents tableofcontents inthisarticle onthispage inthissection jumpto quicklinks whatsinthisarticle
    insidethisarticle";

/// Labels before the name of a picture or of its maker.
pub(super) const CAPTION_LABELS: &str = "
    image images photo photos picture illustration figure fig credit photocredit imagecredit imagesource photosource
    photocourtesy imagecourtesy caption";

/// The same, where they stand in brackets.
pub(super) const BRACKETED_LABELS: &str =
    "artist source credit photo image picture via photographer courtesy";

/// Where pages buy their pictures.
pub(super) const AGENCIES: &str =
    "getty gettyimages shutterstock istock istockphoto unsplash pexels freepik";

/// What buttons say.
pub(super) const BUTTONS: &str = "
    learnmore readmore showmore seemore viewmore loadmore findoutmore more less seeall viewall showall showless clickhere
    tryitnow next previous prev play pause playvideo watch watchnow watchvideo fullscreen loading close continuereading
    keepreading backtotop expand collapse downloadnow buynow shopnow jumpto";

/// Words of which share lines consist.
pub(super) const SHARE: &str = "
    share shares tweet pin it pinit email mail e print printer facebook fb twitter x pinterest whatsapp linkedin reddit
    tumblr telegram messenger instagram youtube flipboard this page article post story on via to by a friend copy link
    url save bookmark like follow us send download pdf text size aa and version friendly listen for";

/// Share lines begin with one of these; the rest of [`SHARE`] alone says nothing.
pub(super) const SHARE_FIRST: &str = "
    share shares tweet pin pinit email print printer facebook twitter pinterest whatsapp linkedin reddit copy save
    bookmark like follow send download text listen e";

/// These make a share line alone.
pub(super) const SHARE_ALONE: &str = "share shares tweet print facebook twitter pinterest";

/// Words of which menus consist.
pub(super) const MENU: &str = "
    home menu search log in login logout sign up signin signup register subscribe skip to content main navigation nav
    about us contact privacy policy terms of use service and conditions cookie cookies settings sitemap site map help
    faq faqs advertise with careers jobs accessibility disclaimer news topics az a z blog shop store toggle close open
    back top next previous index more";

/// A menu has one of these.
pub(super) const MENU_SIGNS: &str = "
    home menu login log skip privacy contact sitemap signin sign terms navigation search toggle next previous back
    subscribe careers";

/// What was done to an article by whom the next words name.
pub(super) const CREDITS: &str =
    "written reviewed edited posted updated checked published authored submitted";

/// What may stand before one of [`CREDITS`].
pub(super) const BEFORE_CREDITS: &str =
    "medically clinically fact last and article this originally";

/// Labels before a name, at the head of an article or anywhere else.
pub(super) const CREDIT_LABELS: &str = "
    author authors writtenby reviewer reviewedby medicalreviewer medicallyreviewedby editor pageeditor factcheckedby";

/// Labels that stand only at the head of an article.
pub(super) const HEAD_LABELS: &str = "
    source publisher publication provider category categories topic topics tags keywords language filedunder postedin
    readingtime readtime";

/// Words of which cookie notes have one beside "cookies" and "use".
pub(super) const COOKIE_SIGNS: &str = "
    site website browser browsing experience traffic preferences consent policy privacy settings analytics";
