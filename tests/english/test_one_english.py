"""One English for the narrator and the gate: all that is read out counts as right, and other words do not."""

import pytest

from swav.english import abbreviations, addresses, money, units
from swav.hearing import error_rate
from swav.hearing.english import readings
from swav.speech.text import speakable

SENTENCES = {
    "units": (
        units.UNITS,
        ("It is 45 {} now.", "It is 4.5 {} now.", "A 1 {} step.", "From 5–10 {} it was.", "the 45-{} range"),
    ),
    "sums": (
        money.CURRENCIES,
        (
            "It cost {}45 then.",
            "It cost {}4.50 then.",
            "It cost {}1 million.",
            "It cost {} 1,00,000.",
            "Tickets are {}0.05, {}1.01 and {}1,250.00.",
            "It was {}5–10 bn, or {}1.5m.",
        ),
    ),
    "titles": (abbreviations.TITLES, ("{}. Rao spoke.", "I met {}. J. Smith and {} Rao.")),
    "counted": (abbreviations.COUNTED, ("See {}. 7 here.", "See {}. 12–15 here.")),
    "anywhere": (abbreviations.ANYWHERE, ("It was {} there.", "{} it was", "So it was {}")),
    "streets": (addresses.STREETS, ("He lived at 90210 Elm {}.", "At 12 Old Mill {}, it ended.")),
}
ENTRIES = [(kind, entry) for kind, (table, _) in SENTENCES.items() for entry in table]

TEXTS = """
On 12 March 2025 it sailed. | On March 12, 2025, it sailed. | 12/03/2025 was a day. | In 1905 it began.
In the 1990s it grew. | In 2005 it ended. | From 1998-2004 it stood. | On 2025-01-26 it sailed. | '90s
At 10:30 it left. | At 18:00 it left. | It is 6 p.m. now. | 26th January 1950 was it. | 21st century ships.
10–12 November | the 3rd of May | Jan. 5, 1990 | at 12:30:45 | 0600 hours | 1430 hrs | 10.30 a.m. sharp
31.12.1999 | in the 2000s and 1900s | the Sept. show | 45,000 men | 1,00,000 men | 3.14 is pi | 007 is he
1/2 the men | 3/4 of it | ½ of it | 50% of it | 5-10 men | -5 degrees | 1000000 men | 2x4 planks | 10^9 things
No. 7 is here | 1st of all | 42nd street | 3½ miles | A ½-hour ride | ⅔ of it | ①②③ | 10⁹ things | 16:9 | 5‰
12345678901234567890 | version 1.2.3 | 10x better | 50/50 | 10k runners | 5M users | −5 °C | -3.5% | 7+3=10
INS Vikrant sails. | The F-16s flew. | A P-8I flew. | MiG-29K landed. | R11 is a pennant. | Mk IV gun.
HMS Queen Elizabeth II sailed. | Mk. 48 torpedo. | UAVs flew. | IEEE papers. | NATO ships. | The IIIT lab.
USAF jets. | DRDO's radar. | SWAV 2025 | AUVs and ROVs | GPS and SONAR | AI in 2025 | BrahMos Block III
Act Ⅳ, scene Ⅸ | King Henry Ⅷ | World War Ⅱ | 5G and 4K | CO₂ and H₂O | E=mc² and x² + y³ | Ph.D. etc.
C++ and C# at 50% | §3 on page 2 | №5 | Chapter XIV | ⅩⅣ | U.S. Navy | the word¹ here | R&D &amp; more
www.example.org/film?id=3 | info@example.org | +91 22 2345 6789 | 1-800-555-0100 | 555-0199 | (022) 2345-6789
98765 43210 is ours | CA 90210 | London SW1A 1AA, England | Mumbai 400001, India | PIN 560 001 | K1A 0B1
#SeaPower2025 by @navy_in | https://swav.example.com/a-b_c/ | Dial 112 now | example.co.uk, and swav.ai.
THE END | It is a BIG deal, and IT WORKS. | NASA, UNESCO, FBI AND AI. | It was NOT an accident, it was FATE.
Rock 'n' roll, isn't it? The dogs' owner's '90s y'all'd've rockin' movin'. | The sea 🌊 is calm 😀.
The ﬁne ﬂow of ofﬁce work. | The re­search con­tin­ues. | See the ＡＢＣ.
Wait <break time="1s"/> here.
18°58′30″N | 3 m x 4 m | a $4.5-billion plan | Rs. 500/- | ₹450 crore | about 1200 men
~20, 50+, #1 | ≥5 and <3
"""
TEXTS = [text.strip() for row in TEXTS.strip().splitlines() for text in row.split(" | ")]


@pytest.mark.parametrize(("kind", "entry"), ENTRIES)
def test_what_is_read_out_of_a_table_counts_as_right(kind, entry):
    for sentence in SENTENCES[kind][1]:
        text = sentence.replace("{}", entry)
        assert error_rate(text, speakable(text, "en")) == 0, speakable(text, "en")


def test_the_tables_are_whole():
    assert len(units.UNITS) >= 91 and len(money.CURRENCIES) >= 19
    assert len(abbreviations.TITLES) >= 21 and len(abbreviations.COUNTED) >= 16


@pytest.mark.parametrize("text", TEXTS)
def test_what_is_read_out_counts_as_right_and_is_read_once(text):
    said = speakable(text, "en")
    assert error_rate(text, said) == 0, said
    assert speakable(said, "en") == said


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("It cost $4.50.", "It cost 4 dollars 50."),
        ("It cost $4.50.", "It cost four-fifty."),
        ("It cost $4.50.", "It cost four dollars and 50 cents."),
        ("It cost four dollars and fifty cents.", "It cost $4.50."),
        ("It cost US$3bn.", "It cost 3 billion US dollars."),
        ("It cost Rs. 1,00,000.", "It cost 1 lakh rupees."),
        (
            "Tickets are $4.50, £3.20, €7.80.",
            "Tickets are $4.50, three pounds and 20 pence, 7 euros and 80 cents",
        ),
        ("25% of it", "25 per cent of it"),
        ("25 percent of it", "25% of it"),
        ("Area: 45 sq km; load: 12 kN.", "Area 45 square kilometers, load 12 kilonewtons."),
        ("Gen. Rao, Col. Sen, Maj. Das.", "General Rao, Colonel Sen, Major Das."),
        ("See Fig. 7 and Vol. 2.", "See figure seven and volume two."),
        ("2025-01-26", "26th January 2025"),
        ("2025-01-26", "January 26, 2025"),
        ("Call +91 22 2345 6789.", "Call +912223456789."),
        ("Visit www.example.org now.", "Visit www.example.org now."),
        ("Mk IV gun", "Mark 4 gun"),
        ("Act Ⅳ", "Act 4"),
        ("CO₂ rises", "CO2 rises"),
        ("at 30 km/h", "at 30 kilometers an hour"),
        ("THE END", "The end."),
        ("NASA and SONAR", "N.A.S.A. and sonar"),
        ("Brrr, it is cold.", "It is cold."),
        ("sea sea sea sea sea sea", "sea sea sea sea"),
        ("No, no, no, no, no!", "No no no."),
    ],
)
def test_what_a_recogniser_writes_for_it_counts_as_right(text, heard):
    assert error_rate(text, heard) == 0


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("It cost $4.50.", "It cost five dollars and forty cents."),
        ("It cost $4.50.", "It cost $5.40."),
        ("It cost $4.50.", "It cost four euros and fifty cents."),
        ("It cost $45.", "It cost forty-five pounds."),
        ("It cost $45.", "It cost forty-five."),
        ("It cost $5 million.", "It cost five billion dollars."),
        ("It is not over.", "It is over."),
        ("It isn't over.", "It is over."),
        ("It is 45 km.", "It is forty-five miles."),
        ("It is 45 km.", "It is fifty-four kilometres."),
        ("It is 45 kg.", "It is forty-five grams."),
        ("25% of it", "twenty-five degrees of it"),
        ("12 November 2025", "the thirteenth of November twenty twenty-five"),
        ("12 November 2025", "the twelfth of December twenty twenty-five"),
        ("2025-01-26", "the twenty-sixth of June twenty twenty-five"),
        ("at 10:30", "at ten thirteen"),
        ("Gen. Rao spoke.", "Captain Rao spoke."),
        ("See Fig. 7.", "See figure eleven."),
        ("Act Ⅳ", "Act six"),
        ("555-0199", "five five five oh one ninety-eight"),
        ("INS Vikrant", "I N N Vikrant"),
        ("the sea is calm", "the sea sea sea sea is calm"),
        ("THE END", "the ant"),
        ("3/4 of it", "two thirds of it"),
        ("-5 °C", "five degrees Celsius"),
    ],
)
def test_wrong_words_are_errors(text, heard):
    assert error_rate(text, heard) > 0


def test_a_sum_with_all_its_readings_is_a_small_lattice():
    assert readings("Tickets are $1,253.20, £17.80 and ₹12,34,567.89.").size < 150
