"""Units of measure in English: how each is written, and what it is called.

Units are written after a number only. "nm" is the mariner's nautical mile before it is the physicist's
nanometre; "in" and single letters that are words or names elsewhere are left alone.
"""

import re

from swav.english.numbers import each
from swav.english.said import any_of

UNITS = {
    **{"km": "kilometre", "m": "metre", "cm": "centimetre", "mm": "millimetre", "μm": "micrometre"},
    **{"nm": "nautical mile", "NM": "nautical mile", "nmi": "nautical mile", "mi": "mile", "ft": "foot"},
    **{"yd": "yard", "yds": "yard", "kg": "kilogram", "g": "gram", "mg": "milligram", "t": "tonne"},
    **{"lb": "pound", "lbs": "pound", "oz": "ounce", "kn": "knot", "kt": "knot", "kts": "knot"},
    **{"knots": "knot", "Hz": "hertz", "kHz": "kilohertz", "MHz": "megahertz", "GHz": "gigahertz"},
    **{"THz": "terahertz", "dB": "decibel", "W": "watt", "kW": "kilowatt", "MW": "megawatt"},
    **{"GW": "gigawatt", "TW": "terawatt", "V": "volt", "kV": "kilovolt", "mA": "milliamp"},
    **{"Wh": "watt-hour", "kWh": "kilowatt-hour", "MWh": "megawatt-hour", "GWh": "gigawatt-hour"},
    **{"hp": "horsepower", "kB": "kilobyte", "KB": "kilobyte", "MB": "megabyte", "GB": "gigabyte"},
    **{"TB": "terabyte", "PB": "petabyte", "kbps": "kilobit per second", "Mbps": "megabit per second"},
    **{"Gbps": "gigabit per second", "l": "litre", "L": "litre", "ml": "millilitre", "mL": "millilitre"},
    **{"ha": "hectare", "kN": "kilonewton", "Nm": "newton metre", "bar": "bar"},
    **{"mbar": "millibar", "Pa": "pascal", "hPa": "hectopascal", "kPa": "kilopascal", "psi": "P S I"},
    **{"kJ": "kilojoule", "MJ": "megajoule", "kcal": "kilocalorie"},
    **{"rpm": "revolution per minute", "fps": "frame per second", "bpm": "beat per minute"},
    **{"px": "pixel", "MP": "megapixel", "ms": "millisecond", "μs": "microsecond", "s": "second"},
    **{"sec": "second", "secs": "second", "min": "minute", "mins": "minute", "h": "hour", "hr": "hour"},
    **{"hrs": "hour", "yr": "year", "yrs": "year", "km/h": "kilometre per hour"},
    **{"kmph": "kilometre per hour", "kph": "kilometre per hour", "mph": "mile per hour"},
    **{"m/s": "metre per second", "mm/s": "millimetre per second", "km/s": "kilometre per second"},
    **{"ft/s": "foot per second", "m/s²": "metre per second squared", "l/h": "litre per hour"},
    **{"l/min": "litre per minute", "kg/m³": "kilogram per cubic metre", "g/l": "gram per litre"},
    **{"dwt": "ton deadweight", "GT": "gross ton", "sq km": "square kilometre", "sq m": "square metre"},
    **{"sq mi": "square mile", "sq ft": "square foot", "km²": "square kilometre", "m²": "square metre"},
    **{"cm²": "square centimetre", "ft²": "square foot", "m³": "cubic metre", "km³": "cubic kilometre"},
    **{"cm³": "cubic centimetre", "cc": "C C", "°C": "degree Celsius", "° C": "degree Celsius"},
    **{"°F": "degree Fahrenheit", "° F": "degree Fahrenheit", "°": "degree"},
    **{"°N": "degree north", "°S": "degree south", "°E": "degree east", "°W": "degree west"},
    **{"′": "minute", "″": "second", "Ω": "ohm", "mAh": "milliamp-hour", "Ah": "amp-hour"},
    **{"fl oz": "fluid ounce", "gal": "gallon", "dpi": "D P I", "ppm": "part per million"},
}
"""What is written, and its name in the singular."""

_OTHERWISE = {
    **{"nm": ("nanometre",), "psi": ("pound per square inch",), "rpm": ("R P M",), "fps": ("F P S",)},
    **{"mph": ("M P H",), "bpm": ("B P M",), "cc": ("cubic centimetre",), "dpi": ("dot per inch",)},
    **{"ppm": ("P P M",), "Mbps": ("megabit a second", "M B P S"), "Gbps": ("gigabit a second",)},
    **{"dwt": ("deadweight ton", "D W T"), "GT": ("G T", "gigaton"), "hp": ("H P",)},
    **{"kt": ("kiloton",), "t": ("ton",), "px": ("P X",), "°C": ("degree", "degree centigrade")},
    **{"°F": ("degree",), "′": ("foot",), "″": ("inch",), "hrs": ("hours",)},
    **{"dB": ("D B",), "km/h": ("K P H",), "kmph": ("K M P H",), "kph": ("K P H",), "kg": ("kilo",)},
    **{"m": ("million",), "MP": ("M P",), "GB": ("gig",), "min": ("min",), "s": ("sec",), "sec": ("sec",)},
}
"""Other names that a unit has, or that a listener may take for it."""

_SAME_IN_PLURAL = ("hertz", "horsepower", "I", "C", "bar", "kelvin", "S", "M", "P", "H", "T", "B", "X")
_HEADS = ("degree", "ton")
"""Names that take the plural in front: degrees Celsius, tons deadweight."""

UNIT = rf"(?P<unit>{any_of(UNITS)})(?![\w/²³])"


def unit_ways(written: str, *, single: bool) -> tuple[str, ...]:
    """The ways to say a unit, first in the number that is wanted."""
    names = (UNITS[written], *_OTHERWISE.get(written, ()))
    found = []
    for name in names:
        forms = (name, plural(name))
        found += forms if single else reversed(forms)
    found += [re.sub(r" per (?!cubic|square)", " an " if "per hour" in way else " a ", way) for way in found]
    return each(found)


def plural(unit: str) -> str:
    """A unit's plural: feet, kilometres per hour, degrees Celsius."""
    for head, tail in ((first, unit[len(first) :]) for first in _HEADS):
        if unit.startswith(f"{head} "):
            return f"{head}s{tail}"
    first, per, rest = unit.partition(" per ")
    stem, space, last = first.rpartition(" ")
    if last.endswith(_SAME_IN_PLURAL):
        return unit
    last = {"foot": "feet", "inch": "inches"}.get(last, f"{last}s")
    return f"{stem}{space}{last}{per}{rest}"
