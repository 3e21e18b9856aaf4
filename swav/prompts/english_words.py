"""The words by which English asks for lettering, from which the rules are put together."""

# Nouns. A carrier is an object that is worth seeing without its words; a text is nothing but words.
SIGN = (
    r"(?:(?:sign|banner|billboard|poster|placard|plaque|name ?plate|label|sticker|badge|marquee|hoarding|"
    r"logo|emblem|signboard|signpost|storefront|shop ?front|notice|neon|flag|pennant|screen|display|monitor|"
    r"board|blackboard|whiteboard|t-?shirt)s?|signage)"
)
THING = (
    r"(?:hull|bow|stern|side|sail|wall|door|gate|window|crate|container|box|tank|mug|bottle|wing|tail|"
    r"fuselage|shirt|cap|jacket|uniform|helmet|vest|page|cover|card|ticket|newspaper|magazine|book|building|"
    r"stage|arch|entrance|booth|stand|ship|boat|drone|vehicle|truck|van|tower|fa[cç]ade|buoy|lifebelt|"
    r"life ?ring|funnel|deck|panel|pylon|ribbon|chart)s?"
)
CARRIER = rf"(?<![\w'’-])(?:{SIGN}|{THING})(?![\w'’-])"
TEXT = (
    r"(?:(?:on-?screen |overlaid |bold |big |large |golden? |white |red |the |a |an |its ){0,4}"
    r"(?:texts?|words?|wording|lettering|letters|inscription|captions?|subtitles?|title(?: card)?s?|"
    r"headlines?|slogan|motto|tagline|message|phrase|typography|writing|legend|dates?|year|numbers?|"
    r"numerals?|digits|hull number|pennant number|lower third|chyron|text overlay|logo|company "
    r"name|brand name))(?![\w'’-])"
)

# Lettering without marks: a run that begins with a capital; capitals or figures only; a date.
CAPITAL = r"(?-i:[A-Z0-9À-Þ](?:[.:/'’&+-]?\w)*)"
RUN = rf"(?P<words>{CAPITAL}(?: (?:(?:of|the|to|and|in|for|at|on|&|\||[–—-]) ){{0,2}}{CAPITAL})*)"
SHOUT = (
    r"(?-i:(?!(?:LED|LCD|OLED|USB|TV|HD|UHD|CCTV|VIP|HUD|GPS|AI|VR|AR|NATO|UN|EU|US|USA|UK|CGI|POV|DSLR|RGB|"
    r"HDR)\b)(?>[A-ZÀ-Þ][A-ZÀ-Þ&]+(?:-?[A-Z0-9]+)*))(?![\w'’-])"
)
"""A word in capitals. It is taken as a whole or not at all: it can be divided in many ways, and to try them
all on four words that led nowhere took half a minute."""
SHOUTS = rf"(?P<words>{SHOUT}(?: (?:{SHOUT}|[0-9]+(?!\w)))*)"
MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|"
    r"oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
DAY = r"\d{1,2}(?:st|nd|rd|th)?"
DATE = (
    rf"(?P<words>{DAY}(?:\s*(?:[-–—]|to|and)\s*{DAY})? (?:of )?{MONTH}(?:,? \d{{4}})?|"
    rf"{MONTH} {DAY}(?:\s*[-–—]\s*{DAY})?(?:,? \d{{4}})?|{MONTH} \d{{4}}|"
    r"\d{4}-\d\d-\d\d|\d{1,2}[./]\d{1,2}[./]\d{2,4}|(?:19|20)\d\d)(?![\w'’-])"
)
NUMBER = r"(?P<words>(?=[A-Za-z-]{0,4}\d)[\w-]+)(?![\w'’-])"

# Where a wish for lettering ends when no quotation mark says so.
END = (
    r"(?=\s*(?:[,.;:!?)\]—–،。，]|\Z)|\s*\n| (?:and|while|as|with|but|then|where|under|during|"
    r"at (?:dawn|dusk|night|noon|sunset|sunrise)|in the (?:foreground|background|distance))(?!\w))"
)
STOP = (
    r"(?=\s*(?:[,.;:!?)\]—–]|\Z)|\s*\n| (?:above|over|behind|beside|near|next to|while|as|with|in front of|"
    r"against|hang|hangs|hanging|glow|glows|glowing|stands?|swings?|sways?|flutters?|is|are|and (?:a|an|the)|"
    r"at (?:dawn|dusk|night|noon|sunset|sunrise)|in the (?:foreground|background|distance|corner|"
    r"rain|fog))(?!\w))"
)
REST = rf"[^,.;:!?\n()\U000f0000-\U000ffffd]{{0,90}}?{END}"

# How lettering says, looks and is put on.
SAYS = (
    r"(?:(?:that|which) )?(?:(?:clearly|boldly|simply|just|proudly) )?(?:says?|saying|reads?|reading|"
    r"spells?(?: out)?|spelling(?: out)?|states?|stating|announc(?:es?|ing)|proclaim(?:s|ing)?|"
    r"declar(?:es?|ing)|advertis(?:es?|ing)|welcoming)"
)
SHOWS = (
    r"(?:(?:that|which) )?(?:shows?|showing|displays?|displaying|bears?|bearing|carry|carries|carrying|"
    r"features?|featuring|has|have|having|with|for|wearing|flashing)"
)
LOOK = (
    r"(?: (?:in|using|made of|set in) (?:[\w'’-]+ ){0,4}?(?:letters|lettering|type|typeface|font|script|"
    r"characters|capitals|caps|text|typography|print|handwriting|paint|neon|chalk|ink|"
    r"(?:gold|silver|bronze|white|black|red|blue|yellow|green)(?! (?:letters|lettering|type|font|"
    r"script|capitals|paint|neon)))(?![\w'’-]))"
)
MADE = (
    r"(?: (?:is|are|being|clearly|boldly|neatly|faintly)){0,2} (?:written|painted|printed|engraved|embossed|"
    r"stencill?ed|carved|etched|stitched|embroidered|emblazoned|projected|displayed|spelled(?: out)?|stamped|"
    r"superimposed|overlaid|scrawled|inscribed|lettered)"
)
IT = r"(?:it|them)(?!\w)"  # and not the beginning of "its"
ONTO = r"(?:on|across|over|along|in|onto|into|upon|down)"
PLACE = (
    rf"(?: {ONTO} (?:{IT}|(?:the|its|his|her|their|a|"
    r"an|each|both) "
    rf"(?:[\w'’-]+ ){{0,3}}?[\w'’-]+{END}|(?:the|its|his|her|their|each) (?:port |starboard )?[\w'’-]+(?= )))"
)
TAIL = (
    rf"{LOOK}?(?:{MADE}(?:{PLACE})?|{LOOK}|(?: (?:on|across) {IT}))?{LOOK}?(?:(?= (?:on|"
    rf"across) ){PLACE})?"
)
CARRIED_TAIL = rf"{LOOK}?(?:{MADE}(?:{PLACE})?| (?:on|across) {IT})?{LOOK}?"
LEAD = (
    r"(?:\s*,)?(?: (?:and|with|while|as|where|plus|featuring|showing|displaying|bearing|there (?:is|"
    r"are)|then)){0,3}"
)
NOT_NO = r"(?<!\bno\s)(?<!\bwithout\s)(?<!\bfree\sof\s)(?<!\bany\s)(?<!\bnot\s)"
START = r"(?:\A|(?<=[.!?\n])\s*)"
APPEARS = (
    r"(?:(?: (?:slowly|gently|is|are|that))* (?:appears?|appearing|fades? in|fading in|floats?|"
    r"floating|hovers?|"
    r"hovering|glows?|glowing|rises?|rising|scrolls?|scrolling|forms?|forming|shines?|shining|flies|flying|"
    r"superimposed|overlaid|projected|written|painted|printed|drawn|spelled))"
)
FRAME = (
    r"(?:on|across|over|at|in|to) (?:the )?(?:bottom|top|corner|cent(?:re|er)|middle|screen|frame|"
    r"picture|image|left|right)"
)

# Lettering after "says": shouted words, or all up to where the wish ends ("reading a book" is no lettering).
SAID = (
    rf"(?P<words>{SHOUT}(?: (?:{SHOUT}|[0-9]+(?!\w)))*(?-i:(?= [a-z]))|"
    r"(?!(?:a|an|the|his|her|their|from|to|about|well|aloud|in|of|on|as|by)\b)"
    rf"[^,.;:!?\n\U000f0000-\U000ffffd]{{1,80}}?{STOP})"
)
