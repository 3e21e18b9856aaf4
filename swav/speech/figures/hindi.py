"""Hindi figures as words: numbers in lakhs and crores, years, ordinals, sums, shares, times and dates."""

import re

_NUMBERS = """
    शून्य एक दो तीन चार पाँच छह सात आठ नौ
    दस ग्यारह बारह तेरह चौदह पंद्रह सोलह सत्रह अठारह उन्नीस
    बीस इक्कीस बाईस तेईस चौबीस पच्चीस छब्बीस सत्ताईस अट्ठाईस उनतीस
    तीस इकतीस बत्तीस तैंतीस चौंतीस पैंतीस छत्तीस सैंतीस अड़तीस उनतालीस
    चालीस इकतालीस बयालीस तैंतालीस चौवालीस पैंतालीस छियालीस सैंतालीस अड़तालीस उनचास
    पचास इक्यावन बावन तिरपन चौवन पचपन छप्पन सत्तावन अट्ठावन उनसठ
    साठ इकसठ बासठ तिरसठ चौंसठ पैंसठ छियासठ सड़सठ अड़सठ उनहत्तर
    सत्तर इकहत्तर बहत्तर तिहत्तर चौहत्तर पचहत्तर छिहत्तर सतहत्तर अठहत्तर उन्यासी
    अस्सी इक्यासी बयासी तिरासी चौरासी पचासी छियासी सत्तासी अट्ठासी नवासी
    नब्बे इक्यानवे बानवे तिरानवे चौरानवे पचानवे छियानवे सत्तानवे अट्ठानवे निन्यानवे
"""
_BELOW_HUNDRED = _NUMBERS.split()
_GROUPS = ((10**11, "खरब"), (10**9, "अरब"), (10**7, "करोड़"), (10**5, "लाख"), (10**3, "हज़ार"), (100, "सौ"))
_LARGEST = 10**13
_CALENDAR = "जनवरी फ़रवरी मार्च अप्रैल मई जून जुलाई अगस्त सितंबर अक्टूबर नवंबर दिसंबर"
_MONTHS = _CALENDAR.split()
_CURRENCIES = {
    "₹": ("रुपये", "पैसे"),
    "रु.": ("रुपये", "पैसे"),
    "$": ("डॉलर", "सेंट"),
    "£": ("पाउंड", "पेंस"),
    "€": ("यूरो", "सेंट"),
    "¥": ("येन", "सेन"),
}
_SIGN = "|".join(re.escape(sign) for sign in _CURRENCIES)
_SCALE = r"लाख|करोड़|अरब|खरब|हज़ार|हजार|मिलियन|बिलियन"
# 1,00,000 and 1,000, or digits alone; a point and digits behind.
_AMOUNT = r"\d{1,3}(?:,\d{2,3})*,\d{3}(?:\.\d+)?(?!\d)|\d+(?:\.\d+)?"
# The first five and the sixth ordinal are words of their own; their last vowel agrees with the noun.
_ORDINALS = {1: "पहल", 2: "दूसर", 3: "तीसर", 4: "चौथ", 6: "छठ"}
_VOWELS = {"ा": "ा", "ाँ": "ा", "ां": "ा", "ी": "ी", "ीं": "ी", "े": "े", "ें": "े"}
_ENDING = r"(?:व|ल|र|थ|ठ)(ाँ|ां|ीं|ें|ा|ी|े)(?![\u0900-\u097f])"


def in_words(text: str) -> str:
    """Hindi text with no figure left in it."""
    for pattern, put in _RULES:
        text = pattern.sub(put, text)
    return text


def cardinal(number: int) -> str:
    """A whole number in words, in lakhs and crores; from ten kharab on digit by digit."""
    if number >= _LARGEST:
        return _digits(str(number))
    said = []
    for size, name in _GROUPS:
        count, number = divmod(number, size)
        if count:
            said += [cardinal(count), name]
    if number or not said:
        said.append(_BELOW_HUNDRED[number])
    return " ".join(said)


def _digits(figures: str) -> str:
    return " ".join(_BELOW_HUNDRED[int(figure)] for figure in figures)


def _number(figures: str) -> str:
    """``1,00,000`` or ``3.05``; a number that begins with a nought is said digit by digit."""
    whole, point, rest = figures.replace(",", "").partition(".")
    said = _digits(whole) if len(whole) > 1 and whole.startswith("0") else cardinal(int(whole))
    return f"{said} दशमलव {_digits(rest)}" if point else said


def _year(number: int) -> str:
    """1947 is nineteen hundred and forty-seven; 2025 is two thousand and twenty-five."""
    hundreds, rest = divmod(number, 100)
    if not 11 <= hundreds <= 19:
        return cardinal(number)
    return f"{cardinal(hundreds)} सौ" + (f" {cardinal(rest)}" if rest else "")


def _date(day: str, month: str, year: str, written: str) -> str:
    if not (1 <= int(month) <= 12 and 1 <= int(day) <= 31):
        return " ".join(_number(part) for part in re.findall(r"\d+", written))
    return f"{cardinal(int(day))} {_MONTHS[int(month) - 1]} {_year(int(year))}"


def _money(sign: str, amount: str, scale: str | None) -> str:
    """₹450 करोड़ is 450 crore rupees; $4.50 is four dollars and fifty cents."""
    large, small = _CURRENCIES[sign]
    whole, _, rest = amount.replace(",", "").partition(".")
    if scale:
        return f"{_number(amount)} {scale} {large}"
    if len(rest) == 2 and int(rest):
        return f"{cardinal(int(whole))} {large} {cardinal(int(rest))} {small}"
    return f"{_number(whole) if not rest.strip('0') else _number(amount)} {large}"


def _time(hour: str, minute: str) -> str:
    said = cardinal(int(hour))
    return f"{said} बजकर {cardinal(int(minute))} मिनट" if int(minute) else f"{said} बजे"


def _ordinal(figures: str, vowel: str) -> str:
    number = int(figures)
    return _ORDINALS[number] + _VOWELS[vowel] if number in _ORDINALS else f"{cardinal(number)}व{vowel}"


_RULES = tuple(
    (re.compile(pattern), put)
    for pattern, put in (
        (r"\+\d[\d -]{7,}\d", lambda m: "प्लस " + _digits("".join(re.findall(r"\d", m[0])))),
        (r"(?<!\d)(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)", lambda m: _date(m[3], m[2], m[1], m[0])),
        (r"(?<!\d)(\d{1,2})([./-]) ?(\d{1,2})\2 ?(\d{4})(?!\d)", lambda m: _date(m[1], m[3], m[4], m[0])),
        (
            rf"({_SIGN}) ?({_AMOUNT})(?: ?({_SCALE})(?![\u0900-\u097f]))?",
            lambda m: _money(m[1], m[2], m[3]),
        ),
        (rf"({_AMOUNT}) ?([₹$£€¥])", lambda m: _money(m[2], m[1], None)),
        (r"(?<![\d:])([01]?\d|2[0-4]):([0-5]\d)(?![\d:])(?: बजे)?", lambda m: _time(m[1], m[2])),
        (rf"(\d+) ?{_ENDING}", lambda m: _ordinal(m[1], m[2])),
        (rf"({_AMOUNT}) ?%", lambda m: f"{_number(m[1])} प्रतिशत"),
        (r"(?<![\d/])(\d+)/(\d+)(?![\d/])", lambda m: f"{_number(m[1])} बटा {_number(m[2])}"),
        (rf"(?<=\d) ?[–-] ?(?=(?:{_AMOUNT}))", lambda m: " से "),
        (rf"(?<![\w.])[-−](?=(?:{_AMOUNT}))", lambda m: "ऋण "),
        (r"(?<![\d.,])(1[1-9]\d\d)(?![\d,]|\.\d)", lambda m: _year(int(m[1]))),
        (_AMOUNT, lambda m: _number(m[0])),
    )
)
