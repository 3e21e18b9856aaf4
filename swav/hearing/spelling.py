"""One spelling for words that are written in two ways and said in one: British to American, mostly.

A recogniser writes as its training did; that it hears "harbour" and writes "harbor" is no error of the
narrator. Rules stand for families of words; where a rule would touch others, words are listed.
"""

import re
import unicodedata

_OUR = (
    "arbour ardour armour behaviour candour clamour clangour colour demeanour endeavour favour fervour "
    "flavour glamour harbour honour humour labour misdemeanour neighbour odour parlour rancour rigour rumour "
    "saviour savour splendour succour tumour valour vapour vigour"
)
_RE = "calibre centre centimetre fibre goitre kilometre litre lustre manoeuvre metre millimetre nanometre "
_RE += "reconnoitre sabre sceptre sombre spectre theatre titre"
_PAIRS = (
    "aluminium aluminum, analogue analog, catalogue catalog, dialogue dialog, axe ax, cheque check, "
    "chequered checkered, defence defense, licence license, offence offense, pretence pretense, "
    "practise practice, draught draft, enquiry inquiry, grey gray, jewellery jewelry, kerb curb, "
    "mould mold, moult molt, plough plow, programme program, pyjamas pajamas, sceptical skeptical, "
    "skilful skillful, smoulder smolder, storey story, sulphur sulfur, tonne ton, tyre tire, "
    "whisky whiskey, woollen woolen, wilful willful, fulfil fulfill, enrol enroll, "
    "instalment installment, ageing aging, judgement judgment, acknowledgement acknowledgment, "
    "artefact artifact, mediaeval medieval, encyclopaedia encyclopedia, anaesthetic anesthetic, "
    "aeroplane airplane, okay ok, alright allright, cosy cozy, gaol jail, manoeuvrable maneuverable, "
    "manoeuvring maneuvering, gunwale gunnel, boatswain bosun, forecastle focsle, barque bark, mom mum"
)
_ALIKE = dict(pair.split() for pair in _PAIRS.split(", "))
_ALIKE |= {word: re.sub("our", "or", word) for word in _OUR.split()}
_ALIKE |= {word: f"{word[:-2]}er" for word in _RE.split()} | {"manoeuvre": "maneuver", "sceptre": "scepter"}
_ENDINGS = (
    "ful|less|able|ably|hood|ing|ings|ite|ites|iser|ised|ist|er|ers|er's|ed|al|ally|s|es|d|r|rs|ment|ments"
)
_FAMILY = re.compile(rf"({'|'.join(sorted(_ALIKE, key=len, reverse=True))})({_ENDINGS})?$")

# It may touch what is never written with z ("surmise"): both sides of a comparison are touched alike.
_ISE = re.compile(r"(.{3,})is(e|es|ed|er|ers|ing|ation|ations|able)$")
_DOUBLED = re.compile(
    r"(travel|model|level|signal|label|fuel|cancel|channel|counsel|dial|equal|jewel|marshal|panel|pedal|"
    r"quarrel|rival|shovel|total|tunnel|duel|initial|metal|towel|barrel|swivel|funnel|kennel)l(ed|ing|er|ers)$"
)


def plain(word: str) -> str:
    """The word in lower case, without marks, in the one spelling that stands for all of its spellings."""
    bare = unicodedata.normalize("NFKD", word.casefold().replace("œ", "oe").replace("æ", "ae"))
    bare = "".join(character for character in bare if character.isalnum())
    return _american(bare)


def _american(word: str) -> str:
    if found := _FAMILY.match(word):
        stem, ending = _ALIKE[found[1]], found[2] or ""
        return stem + ending if found.end() == len(word) else word
    if found := _DOUBLED.match(word):
        return found[1] + found[2]
    if found := _ISE.match(word):
        return f"{found[1]}iz{found[2]}"
    return word
