"""The tables behind the readings of English: what abbreviations, units and signs are read as."""


def _table(text: str) -> dict[str, str]:
    """``a=b, c=d`` as a dictionary; the words of a value stay together."""
    return dict(pair.split("=") for pair in text.split(", "))


_MONTH_NAMES = "january february march april may june july august september october november december"
_MONTHS_CUT_SHORT = "jan feb mar apr jun jul aug sep sept oct nov dec"
MONTHS = frozenset(f"{_MONTH_NAMES} {_MONTHS_CUT_SHORT}".split())

ABBREVIATIONS = _table(
    "jan=january, feb=february, mar=march, apr=april, jun=june, jul=july, aug=august, sep=september, "
    "sept=september, oct=october, nov=november, dec=december, dr=doctor, mr=mister, mrs=missus, "
    "st=saint, lt=lieutenant, cdr=commander, capt=captain, adm=admiral, vs=versus, etc=et cetera, "
    "eg=for example, ie=that is, no=number, approx=approximately, ltd=limited, inc=incorporated, "
    "co=company, corp=corporation, dept=department, govt=government"
)
"""Said in full or as written; without their points."""

UNITS = _table(
    "%=percent, km=kilometer, m=meter, cm=centimeter, mm=millimeter, nm=nautical mile, nmi=nautical "
    "mile, kn=knot, kt=knot, kts=knot, kg=kilogram, g=gram, t=ton, l=liter, h=hour, hr=hour, "
    "hrs=hour, min=minute, s=second, sec=second, ms=millisecond, w=watt, kw=kilowatt, mw=megawatt, "
    "gw=gigawatt, kwh=kilowatt hour, mwh=megawatt hour, v=volt, kv=kilovolt, hz=hertz, khz=kilohertz, "
    "mhz=megahertz, ghz=gigahertz, db=decibel, ft=foot, in=inch, mi=mile, lb=pound, lbs=pound, "
    "mph=mile per hour, km/h=kilometer per hour, m/s=meter per second, l/h=liter per hour, "
    "rpm=revolution per minute, kb=kilobyte, mb=megabyte, gb=gigabyte, tb=terabyte, °=degree, "
    "°c=degree celsius, °f=degree fahrenheit, c=celsius"
)
"""Units behind a number, in lower case, in the singular and in the spelling of ``spelling.plain``."""

PLURALS = {"foot": "feet", "inch": "inches", "hertz": "hertz", "percent": "percent"}
MONEY = {"$": "dollar", "£": "pound", "€": "euro", "₹": "rupee", "¥": "yen", "rs": "rupee"}
_SIZES = "hundred thousand million billion trillion crore lakh m bn"
SCALES = frozenset(_SIZES.split())
"""What stands between a sum of money and its currency: $5 million is five million dollars."""

SIGNS = {
    "&": (("and",), ("n",)),
    "+": (("plus",),),
    "=": (("equals",),),
    "@": (("at",),),
    "#": (("number",),),
    "×": (("by",), ("times",)),
}
RANGE = ((), ("to",), ("dash",), ("through",))
"""The dash between two numbers."""

CONTRACTIONS = {
    "'s": ("is", "has", "us"),
    "'re": ("are",),
    "'ve": ("have",),
    "'ll": ("will", "shall"),
    "'d": ("would", "had"),
    "'m": ("am",),
}
NEGATIONS = {"won't": ("will", "not"), "can't": ("can", "not"), "cannot": ("can", "not")}
ROMAN = {"ii": 2, "iii": 3, "iv": 4, "vi": 6, "vii": 7, "viii": 8, "ix": 9, "xi": 11, "xii": 12}
