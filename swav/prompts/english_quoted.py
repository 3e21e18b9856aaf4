"""Quoted lettering as English asks for it, in rules that are tried in this order.

The object that carries the lettering stays in the picture (the sign, the banner, the hull); what it
would say leaves, with the words that led to it ("that reads ...", "painted in white on ...").
"""

from swav.prompts.english_words import (
    APPEARS,
    CARRIED_TAIL,
    CARRIER,
    END,
    FRAME,
    IT,
    LEAD,
    LOOK,
    MADE,
    PLACE,
    REST,
    SAYS,
    SHOWS,
    SIGN,
    START,
    TAIL,
    TEXT,
)
from swav.prompts.phrases import FOR_AN_OVERLAY, LOUD_QUOTE, QUOTE, Rule, rule

QUOTED: tuple[Rule, ...] = (
    # "The words "SWAV" appear over the harbour": the harbour is the picture.
    rule(
        "words over a scene",
        rf"{START}(?P<cut>(?:{TEXT}(?: {SAYS})?\s*[:,]?\s*)?{QUOTE}{LOOK}?{APPEARS}{LOOK}? "
        rf"(?:over|across|above|on|against|in front of|onto|in) )(?!(?:it|them|the (?:screen|frame|"
        rf"bottom|top|corner|cent))\b)"
        rf"(?=(?:the|a|an) \w)",
        why=FOR_AN_OVERLAY,
    ),
    # "a banner with the words "SWAV""
    rule(
        "carrier with words",
        rf"{CARRIER}(?: (?:of|on|in|above) (?:the|a|an) [\w'’-]+)?(?P<cut>\s*,? {SHOWS} {TEXT}(?: "
        rf"{SAYS}| of)?\s*[:,]?\s*{QUOTE}{CARRIED_TAIL})",
        why=FOR_AN_OVERLAY,
    ),
    # "a sign above the door that reads "OPEN""
    rule(
        "carrier that says",
        rf"{CARRIER}(?:[^.;!?\n\U000f0000-\U000ffffd]{{0,60}}?)(?P<cut>\s*,?(?<!\bwho)(?<!\band) "
        rf"{SAYS}\s*[:,]?\s*{QUOTE}{CARRIED_TAIL}(?: and(?= \w+s\b))?)",
        why=FOR_AN_OVERLAY,
    ),
    # "a banner "SWAV"", "a screen showing "SWAV""
    rule(
        "carrier and words",
        rf"(?<![\w'’-]){SIGN}(?P<cut>\s*(?:[:,]|,? {SHOWS}(?: (?:the|a))?)?\s*{QUOTE}{CARRIED_TAIL})",
        why=FOR_AN_OVERLAY,
    ),
    rule(
        "thing with words on it",
        rf"{CARRIER}(?P<cut>\s*,? (?:with|bearing|showing|displaying) {QUOTE}(?:{LOOK}|{MADE}{PLACE}?| "
        rf"(?:on|across) {IT}|{END}){CARRIED_TAIL})",
        why=FOR_AN_OVERLAY,
    ),
    # "titled "SWAV"", "labelled "Danger""
    rule(
        "titled",
        rf"(?P<cut>\s*,? ?(?<![\w'’-])(?:(?:that|which) (?:is|are) )?(?:titled|entitled|captioned|"
        rf"subtitled|label+ed|inscribed|"
        rf"engraved|stamped|emblazoned|marked|lettered|embossed|stencill?ed|imprinted|branded|"
        rf"headlined|signposted|"
        rf"dated|numbered|(?:painted|printed|decorated|topped)(?= with| as))(?: (?:with|as|in|by)"
        rf")?(?: {TEXT})?\s*:?\s*{QUOTE}{CARRIED_TAIL})",
        why=FOR_AN_OVERLAY,
    ),
    # "with the words "SWAV" floating in the air"
    rule(
        "with the words",
        rf"(?P<cut>{LEAD} ?(?<![\w'’-])(?:with|bearing|showing|displaying|carrying|featuring|"
        rf"reading) {TEXT}(?: {SAYS}| of)?\s*[:,]?\s*{QUOTE}"
        rf"(?:{APPEARS}{REST}| (?:on|across|over|above|at|in|along|under) {REST}|{TAIL}))",
        why=FOR_AN_OVERLAY,
    ),
    # "bearing the name "Victory" on her hull"
    rule(
        "name painted",
        rf"(?P<cut>{LEAD} ?(?<![\w'’-])(?:bearing the names? {QUOTE}{TAIL}|(?:the|its|her) names? "
        rf"{QUOTE}{LOOK}?(?:{MADE}(?:{PLACE})?| (?:on|across) (?:the|its|her) [\w'’-]+)))",
        "name",
        why=FOR_AN_OVERLAY,
    ),
    # "the text reads "SWAV"", "Title: "SWAV"", ", the words "SWAV" in gold at the top"
    rule(
        "words in the picture",
        rf"(?P<cut>{LEAD}\s*(?<![\w'’-]){TEXT}(?: {SAYS}| is| are| of)?\s*[:,]?\s*{QUOTE}{REST})",
        why=FOR_AN_OVERLAY,
    ),
    # "reads "VICTORY"" without a known carrier: a person reads a book, a thing reads its letters
    rule(
        "reads",
        r"\A(?!.*\b(?:m[ae]n|wom[ae]n|child|children|boy|girl|he|she|they|who|sailors?|captain|"
        r"officers?|narrator|voice|crew|"
        r"teacher|students?|person|people|engineers?|visitors?|mother|father|admiral)\b)"
        r"[^\U000f0000-\U000ffffd]*?"
        rf"(?P<cut>\s*,? (?:that |which )?(?:reads?|reading|spells?(?: out)?|spelling(?: out)?)"
        rf"\s*[:,]?\s*{QUOTE}{CARRIED_TAIL})",
        "read",
        "spell",
        why=FOR_AN_OVERLAY,
    ),
    # "a wall with "SWAV" written on it", ", "SWAV" painted across the bow"
    rule(
        "words put on something",
        rf"(?P<cut>{LEAD}\s*(?:(?<![\w'’-])the )?{QUOTE}(?:{LOOK}?{MADE}(?:{PLACE})?{LOOK}?|"
        rf"{LOOK}{PLACE}?|{APPEARS} {FRAME}{REST}|"
        rf" (?:as (?:a |the )?(?:title|caption|headline|subtitle|text){REST}|{FRAME}{REST})))",
        why=FOR_AN_OVERLAY,
    ),
    rule(
        "words on a carrier",
        rf"(?P<cut>{QUOTE} (?:on|across) )(?:the|a|an|its|her|their) (?:[\w'’-]+ ){{0,2}}{SIGN}(?![\w'’-])",
        why=FOR_AN_OVERLAY,
    ),
    rule(
        "with words on",
        rf"(?P<cut>\s*,? with {QUOTE} (?:on|across) (?:{IT}|(?:the|its|her|their) [\w'’-]+))",
        "with",
        why=FOR_AN_OVERLAY,
    ),
    # "an "OPEN" sign"
    rule(
        "worded carrier",
        rf"(?P<cut>{QUOTE}\s+)(?:[\w'’-]+ ){{0,2}}(?:(?:sign|banner|billboard|poster|placard|"
        rf"plaque|nameplate|label|sticker|badge|marquee|logo|"
        r"signboard|neon sign|watermark|title|caption|lettering|inscription)s?|signage)(?![\w'’-])",
        why=FOR_AN_OVERLAY,
    ),
    rule(
        "loud words",
        rf"(?P<cut>\s*,? with {LOUD_QUOTE}{END})|(?:\A|(?<=[,.;:\n]))(?P<cut2>\s*{LOUD_QUOTE})"
        rf"(?=\s*(?:[,.;!?\n]|\Z))",
        why=FOR_AN_OVERLAY,
    ),
)
