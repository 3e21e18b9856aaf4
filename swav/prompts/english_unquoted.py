"""Lettering that English asks for without quotation marks: "a sign saying Welcome", "with subtitles"."""

from swav.prompts.english_words import (
    APPEARS,
    CARRIED_TAIL,
    CARRIER,
    DATE,
    END,
    LEAD,
    LOOK,
    MADE,
    NOT_NO,
    NUMBER,
    ONTO,
    PLACE,
    REST,
    RUN,
    SAID,
    SAYS,
    SHOUTS,
    SHOWS,
    SIGN,
    START,
    TAIL,
    TEXT,
    THING,
)
from swav.prompts.phrases import FOR_AN_OVERLAY, SET_AFTERWARDS, Rule, rule

_SAY_WORDS = ("say", "read", "spell", "stat", "announc", "proclaim", "declar", "advertis")
_WORDS = (
    r"(?:on-?screen )?(?:texts?|words?|lettering|inscription|caption|subtitle|title|headline|slogan|message)"
)
_WRITTEN_WORDS = ("written", "letter", "inscrib", "spell", "stencil", "scrawl", "engrav")
_PAINTED_WORDS = ("paint", "print", "emboss", "carv", "etch", "stitch", "embroider", "emblazon", "stamp")
_PUT_ON_WORDS = (*_WRITTEN_WORDS, *_PAINTED_WORDS, "project", "display", "superimpos", "overlaid")
_FOLLOWS = r"\s*(?:,? with |, ?)"
_RUN, _DATED = RUN.replace("words", "run"), DATE.replace("words", "date")
_NO_WORDS = r"(?:is|are|being|that|which|clearly|boldly|neatly|faintly)(?!\w)"
_PUT_ON = rf"(?:{MADE}{PLACE}?{LOOK}?| in (?:white|black|red|gold|big|large)[^,.;:!?\n]{{0,30}}?{END})"

UNQUOTED: tuple[Rule, ...] = (
    # "the text reads Welcome aboard"
    rule(
        "text that says",
        rf"(?P<cut>{LEAD}\s*(?:(?<![\w'’-])(?:with|the|a|an) ){{0,3}}(?<![\w'’-]){_WORDS} "
        rf"{SAYS}\s*:? {SAID}{LOOK}?)",
        *_SAY_WORDS,
        why=FOR_AN_OVERLAY,
    ),
    # "a sign saying welcome above the door", "a sign over the door that reads Welcome"
    rule(
        "carrier that says",
        rf"{CARRIER}(?P<cut>\s*,?(?<!\bwho) {SAYS}\s*:? {SAID}{CARRIED_TAIL})",
        *_SAY_WORDS,
        why=FOR_AN_OVERLAY,
    ),
    rule(
        "carrier further off that says",
        rf"(?<![\w'’-]){SIGN} [^,.;:!?\n]{{1,40}}?(?P<cut>(?<!\bwho)(?<!\band) {SAYS}\s*:? "
        rf"{RUN}{CARRIED_TAIL})",
        *_SAY_WORDS,
        why=FOR_AN_OVERLAY,
    ),
    # "Title: The Sea"
    rule(
        "caption with a colon",
        r"(?:\A|(?<=[,.;!?\n])\s*)(?P<cut>\s*(?:on-?screen )?(?:text|title|caption|subtitle|"
        r"headline|slogan|tagline|lower third|"
        r"super): ?(?P<words>[^,.;!?\n\U000f0000-\U000ffffd]{1,80}?)(?=\s*(?:[,.;!?\n]|\Z)))",
        "text",
        "title",
        "caption",
        "headline",
        "slogan",
        "tagline",
        "lower third",
        "super",
        why=FOR_AN_OVERLAY,
    ),
    # "with the words Welcome Aboard in gold", "with the date 12 March 2025"
    rule(
        "carrier with words",
        rf"{CARRIER}(?P<cut>\s*,? {SHOWS} {TEXT} (?:{DATE}|{_RUN}){CARRIED_TAIL})",
        why=FOR_AN_OVERLAY,
    ),
    rule(
        "with words",
        rf"(?P<cut>{LEAD} ?(?<![\w'’-])(?:with|bearing|showing|displaying|carrying|and) {TEXT} "
        rf"(?:{DATE}|{_RUN})"
        rf"(?:{APPEARS}{REST}|{TAIL}))",
        why=FOR_AN_OVERLAY,
    ),
    rule(
        "words over a scene",
        rf"(?P<cut>{LEAD}\s*(?<![\w'’-])the (?:words?|text|letters|date|year|numbers?) (?:{DATE}|"
        rf"{_RUN})(?:{MADE}{PLACE}?{LOOK}?|{APPEARS}{REST}))",
        "word",
        "text",
        "letters",
        "date",
        "year",
        "number",
        why=FOR_AN_OVERLAY,
    ),
    # "labelled Danger", "titled Sea Power", "dated 12 May 1944"
    rule(
        "titled",
        rf"(?P<cut>\s*,? ?(?<![\w'’-])(?:titled|entitled|captioned|label+ed|inscribed|lettered|"
        rf"emblazoned|stamped|marked|signposted)"
        rf"(?: (?:{TEXT} )?(?:{RUN})| (?:with|as) (?:{TEXT} )?(?:{SHOUTS.replace('words', 'run')}|"
        rf"{_DATED})))(?![\w'’-])",
        "titled",
        "captioned",
        "label",
        "inscribed",
        "lettered",
        "emblazoned",
        "stamped",
        "marked",
        "signposted",
        why=FOR_AN_OVERLAY,
    ),
    rule("dated", rf"(?P<cut>\s*,? ?(?<![\w'’-])dated (?:the )?{DATE})", "dated", why=FOR_AN_OVERLAY),
    # "the number 42 painted on the hull", "hull number F42"
    rule(
        "painted number",
        rf"(?P<cut>{LEAD}\s*(?:(?<![\w'’-])(?:the|a|its|her|their) )?(?:(?:hull|pennant|side|bow|"
        rf"race|big|large|white) ){{0,3}}"
        rf"(?<![\w'’-])numbers? {NUMBER}{_PUT_ON})",
        "number",
        why=FOR_AN_OVERLAY,
    ),
    rule(
        "hull number",
        rf"(?P<cut>{LEAD}\s*(?:(?<![\w'’-])(?:the|a|its|her|their) )?(?<![\w'’-])(?:hull|pennant|"
        rf"side|bow|tail|race) numbers? {NUMBER}"
        rf"(?:(?: on (?:it|them|the [\w'’-]+|its [\w'’-]+|her [\w'’-]+))(?!\w))?)",
        "number",
        why=FOR_AN_OVERLAY,
    ),
    # "a banner with SWAV 2025 on it", "banners with 12-14 November 2025", "a SWAV banner"
    rule(
        "loud carrier",
        rf"(?<![\w'’-]){SIGN}(?P<cut>\s*(?:[:,]|,? {SHOWS})? (?:the )?(?:{SHOUTS}|"
        rf"{_DATED}){CARRIED_TAIL})"
        rf"(?={END}| (?:in|on|at|above|over|across|hang|stretched|near|behind))",
        why=FOR_AN_OVERLAY,
    ),
    rule(
        "worded carrier",
        rf"(?<![\w'’-])(?P<cut>{SHOUTS} )(?:neon )?(?:sign|banner|logo|poster|billboard|placard|"
        rf"sticker|nameplate)s?(?![\w'’-])",
        "sign",
        "banner",
        "logo",
        "poster",
        "billboard",
        "placard",
        "sticker",
        "nameplate",
        why=FOR_AN_OVERLAY,
    ),
    rule(
        "date on a carrier",
        rf"(?P<cut>(?:(?:,? with )?(?:the )?(?:dates? ))?{DATE}(?: (?:written|painted|printed))? "
        rf"(?:on|across) )"
        rf"(?:the|a|an|its) (?:[\w'’-]+ ){{0,2}}{SIGN}(?![\w'’-])",
        why=FOR_AN_OVERLAY,
    ),
    # "a van with FOO painted on its side", "the name Victory painted on her stern"
    rule(
        "put on",
        rf"(?P<cut>(?:{_FOLLOWS}(?:{SHOUTS}|{_DATED})|"
        rf"{LEAD}\s*(?<![\w'’-])(?:the|its|her|his|their) names? {_RUN})"
        rf"{MADE}{LOOK}?{PLACE}{LOOK}?)",
        *_PUT_ON_WORDS,
        why=FOR_AN_OVERLAY,
    ),
    # "a boat with Victory written on her bow": a name that is painted may be a picture of who has it
    rule(
        "written on",
        rf"(?P<cut>{_FOLLOWS}{RUN} "
        rf"(?:written|lettered|inscribed|spelled(?: out)?|stencill?ed|scrawled|engraved)"
        rf"{LOOK}?{PLACE}{LOOK}?)",
        *_WRITTEN_WORDS,
        why=FOR_AN_OVERLAY,
    ),
    # "a wall with the words sea day written on it"
    rule(
        "words put on",
        rf"(?P<cut>{LEAD}\s*(?<![\w'’-])(?:with )?{TEXT} (?!{_NO_WORDS})"
        rf"(?P<put>[^,.;:!?\n\U000f0000-\U000ffffd]{{1,60}}?)"
        rf"{MADE}{LOOK}?{PLACE}{LOOK}?)",
        *_PUT_ON_WORDS,
        why=FOR_AN_OVERLAY,
    ),
    # "a truck with SWAV 2025 on its side"
    rule(
        "worn",
        rf"{CARRIER}(?P<cut>\s*,? with {SHOUTS} "
        rf"(?:on|across) (?:it|them|(?:its|her|his|their) {THING})(?!\w))",
        "with",
        why=FOR_AN_OVERLAY,
    ),
    # "WELCOME painted on the pier wall": the wall is the picture.
    rule(
        "put on a scene",
        rf"{START}(?P<cut>(?:{SHOUTS}|{_DATED}){MADE}{LOOK}? "
        rf"{ONTO} )(?=(?:the|a|an) \w)",
        *_PUT_ON_WORDS,
        why=FOR_AN_OVERLAY,
    ),
    # "with English subtitles at the bottom": a wish for lettering that does not say which
    rule(
        "subtitles",
        rf"(?P<cut>{LEAD}\s*{NOT_NO}(?:(?<![\w'’-])(?:with|add|adding|include|including|show|plus|"
        rf"a|an|the|some|and) ){{0,4}}{NOT_NO}"
        r"(?:(?:english|german|french|hindi|chinese|burned-in|burnt-in|white|yellow|small|big|"
        r"large|bold|animated|company|channel) ){0,3}"
        r"(?<![\w'’-])(?:subtitles|captions(?= (?:at|along|on|below|in)|\s*(?:[,.;!?]|\Z))|closed "
        r"captions|watermarks?|"
        r"on-?screen text|text overlays?|overlaid text|title cards?|lower thirds?|time ?stamps?|date stamps?|"
        rf"(?:end|opening|closing) credits|chyrons?)(?![\w'’-]){REST})",
        "subtitle",
        "caption",
        "watermark",
        "screen text",
        "onscreen text",
        "text",
        "title card",
        "lower third",
        "stamp",
        "credits",
        "chyron",
        why=SET_AFTERWARDS,
    ),
)
