"""The words that the animatic understands, and what each puts into the picture.

Each table is read top to bottom; whole words only ("car" is not in "carrier"). Plurals are written out
where English needs them. A prompt in another language simply matches nothing.
"""

# ruff: noqa: E501 - a name and its words are one row, as a table is

import re

# Places decide how the picture is built. The first that matches in a prompt's earliest words wins.
PLACES: dict[str, str] = {
    "control": r"control room|operations room|sonar room|command cent(?:re|er)|bridge console|consoles?|situation room|mission control|monitors|combat information|sonar (?:display|screen)s?|radar screens?|displays? glow\w*|bridge (?:interior|of a (?:ship|warship|frigate))|simulator|server (?:room|racks?)|data cent(?:re|er)",
    "hall": r"exhibition(?: hall| floor| stands?)?|trade (?:show|fair)|expo|pavilion|convention|auditorium|conference|stage|showroom|gallery|museum|atrium|podium|booths?|stands? of|seminar|panel discussion|hall",
    "laboratory": r"lab|labs|glass chamber|laborator(?:y|ies)|clean ?room|test bench|workbench|microscope|test tank|water tank|research (?:cent(?:re|er)|institute)|circuit boards?|oscilloscope|prototype bench|beakers?",
    "hangar": r"hangars?|warehouse|assembly hall|workshop|machine shop|interior of|(?:fabrication|assembly|production|machine) hall|factory(?: hall| floor)|production line|assembly line|submarine pen|boathouse|boat shed|turbine hall",
    "shipyard": r"ship ?yards?|dry ?docks?|gantry|slipway|factory|factories|refinery|foundry|industrial|cranes?|welders?|welding|hull under construction|shipbuilding|launch day|keel",
    "harbour": r"harbou?rs?|docks?|docked|quays?|piers?|wharf|jett(?:y|ies)|marinas?|ports?|moorings?|moored|berth|container terminal|naval base|boardwalk",
    "underwater": r"underwater|undersea|seabed|sea ?floor|ocean floor|coral|reef|beneath the (?:sea|surface|waves|water)|below the surface|deep sea|submerged|torpedo|remotely operated vehicle|rov|auv|uuv|divers?",
    "space": r"space|orbital|satellites?|outer space|earth from|galaxy|nebula|planet|low orbit|cosmos",
    "coast": r"coast(?:al|line)?|cliffs?|lighthouses?|beach(?:es)?|shores?|shoreline|headland|island|islands|bay|cape|lagoon|surf|sandy",
    "city": r"cit(?:y|ies)|skylines?|skyscrapers?|waterfront|downtown|metropolis|urban|towers|rooftops?|esplanade",
    "street": r"streets?|alley|market|avenue|boulevard|road|crossroads|bazaar",
    "mountains": r"mountains?|peaks?|alps|alpine|himalaya\w*|valley|ridge|glacier|fjord|volcano",
    "desert": r"deserts?|dunes?|sahara|arid|canyon",
    "forest": r"forests?|jungle|woods|woodland|pines?|mangroves?|trees",
    "field": r"fields?|meadows?|farm\w*|grassland|countryside|solar (?:panels?|farm|arrays?)|wind turbines?|wind farm|parade ground|airfield|runway|lawn|hills?|garden",
    "plinth": r"close[- ]?up|product shot|macro|on a (?:plinth|pedestal)|extreme close|detail of|hands?|handshakes?|tabletop|trophy|medal|compass|sextant|turntable|scale model|propeller",
    "abstract": r"abstract|particles|data flows?|network|digital|hologra\w+|neural|geometric|lines of light|map|globe|blueprint|technology|infographic|gradient",
    "sea": r"sea|seas|ocean|oceans|waves?|open water|wake|horizon|fleet|flotilla|convoy|offshore|waters?|swell|naval|nautical|sail\w*|river|lake|afloat|at sea|ships?|warships?|frigates?|destroyers?|corvettes?|carriers?|boats?|vessels?|submarines?|yachts?",
    "air": r"sky|skies|clouds?|aerial|airborne|flying|flies|aircraft|jets?|helicopters?|formation|horizon",
}  # fmt: skip

# Interiors and close views need their word before anything else does: "a lab overlooking the sea" is a lab.
SUBJECTS: dict[str, str] = {
    "fleet": r"fleet|warships|(?:two|three|four|five|six|seven|eight|several|many)(?: [\w-]+){0,2} (?:ships|boats|vessels)|flotilla|convoy|task force|formation of (?:ships|warships|vessels)|carrier group|ships in (?:formation|line)|squadron|three (?:ships|warships|frigates)",
    "carrier": r"aircraft carriers?|carriers?|flight deck|flat[- ]?top",
    "submarine": r"submarines?|conning tower|periscope|u-boat",
    "frigate": r"frigates?|warships?|destroyers?|corvettes?|battleships?|cruisers?|naval (?:ships?|vessels?)|gunboats?|missile boats?|navy|grey ships?|gray ships?",
    "tanker": r"tankers?|container ships?|cargo ships?|freighters?|merchant ships?|bulk carriers?|ferry|ferries|cruise ships?",
    "patrol": r"patrol (?:boats?|craft|vessels?)|speed ?boats?|interceptors?|rhibs?|rigid inflatable|unmanned (?:surface )?(?:boats?|vessels?|craft)|usv|launch(?:es)?|motor ?boats?|coast ?guard|lifeboats?|tugs?|tugboats?|hydrofoil|white boat",
    "fishing": r"fishing (?:boats?|canoes?|vessels?)|canoes?|trawlers?|wooden boats?|fishing harbou?r|dhows?",
    "boat": r"boats?|catamarans?|vessels?|ships?|craft",
    "sail": r"sailing (?:boats?|ships?|vessels?)|sail ?boats?|yachts?|schooner|tall ships?|regatta|sails",
    "auv": r"auv|uuv|rov|underwater (?:vehicles?|drones?|robots?|gliders?)|tow ?fish|remotely operated|autonomous underwater|torpedo(?:es)?|gliders?",
    "drone": r"drones?|uav|uavs|quadcopters?|quadrotors?|unmanned aerial|multicopters?",
    "helicopter": r"helicopters?|choppers?|rotorcraft|seahawk",
    "aircraft": r"aircraft(?! carrier)|jets?|aeroplanes?|airplanes?|fighter|patrol plane|planes?|maritime patrol",
    "robot": r"robot(?:ic)?s?(?: arms?)?|manipulators?|cobots?|automation|3d printers?",
    "welding": r"weld(?:s|ing|ers?)?|sparks?|grinding|plasma cutter|molten",
    "lighthouse": r"lighthouses?|beacons?|light tower",
    "dish": r"satellite dish(?:es)?|radar (?:dish(?:es)?|antennas?|towers?|masts?|domes?)|radars?|antennas?|ground station|radio telescope|sonar array|radomes?",
    "satellite": r"satellites?|space station|spacecraft|cubesat",
    "solar": r"solar (?:panels?|farm|arrays?|cells?|power)|photovoltaics?",
    "turbine": r"wind turbines?|wind farm|turbines",
    "crane": r"cranes?|gantry|gantries|shipyards?|dry ?docks?|container terminal",
    "flag": r"flags?|ensigns?|pennants?|banners?|bunting|colou?rs are hoisted",
    "handshake": r"handshakes?|shak(?:e|es|ing) hands|clasp(?:ed|ing)? hands|agreement|partnership",
    "hands": r"hands?|fingers|fingertips|gloved|palm",
    "crowd": r"crowds?|spectators?|trainees|band|audience|visitors|delegates|people|families|guests|attendees|dancers|parade|sailors|officers in rows|ranks|students|children|schoolchildren|villagers|public",
    "engineers": r"engineers|cadets|technicians|scientists|researchers|workers|team|shipwrights|welders|operators|crew|colleagues|designers|divers|fishermen|founders|officers|women|men|couple|pair of",
    "person": r"person|man|woman|engineer|technician|scientist|captain|officer|sailor|admiral|worker|welder|operator|boy|girl|child|figure|portrait|student|founder|diver|speaker|fisherman|biologist|analyst|cadet|trainee|instructor|teenager|deckhand|painter|caretaker|silhouette of a|commander|helmsman|pilot|researcher|designer|mother|father|grandmother",
    "product": r"product|device|sensor|prototype|model|module|component|propeller|engine|motor|battery|instrument|hydrophone|compass|sextant|trophy|medal|chip|camera lens|microchip|valve|buoy",
    "map": r"maps?|chart|charts|globe|cartograph\w+|blueprints?",
    "missile": r"missiles?|rockets?|launch vehicle",
}  # fmt: skip

TIMES: dict[str, str] = {
    "dawn": r"dawn|sunrise|daybreak|first light|early morning|before sunrise|morning mist|morning",
    "sunset": r"sunset|golden hour|evening|late afternoon|setting sun|low sun|golden (?:light|sun|sunlight)|golden",
    "dusk": r"dusk|twilight|blue hour|nightfall|gloaming",
    "night": r"night|midnight|moonlight|moonlit|moon|stars|starry|starlit|nocturnal|after dark|dark sky|neon",
    "day": r"noon|midday|daylight|daytime|bright|sunny|blue sky|clear sky|afternoon|sunlit|sun",
}  # fmt: skip

WEATHERS: dict[str, str] = {
    "storm": r"storm|stormy|storms|thunder\w*|lightning|gale|tempest|typhoon|cyclone|hurricane|monsoon|rough seas?|heavy seas?",
    "rain": r"rain|rainy|raining|drizzle|downpour",
    "snow": r"snow|snowy|snowfall|snowing|blizzard|arctic|antarctic|icy|ice|icebergs?|polar|frozen",
    "fog": r"fog|foggy|mist|misty|haze|hazy|smoke",
    "cloudy": r"clouds|cloudy|overcast|cloud|grey sky|gray sky",
}  # fmt: skip

VIEWS: dict[str, str] = {
    "close": r"close[- ]?up|macro|extreme close|detail|portrait|medium close",
    "aerial": r"aerial|bird'?s[- ]eye|overhead|top[- ]down|from above|drone shot|high above|drone over|over the",
    "low": r"low angle|low[- ]angle|from below|worm'?s[- ]eye|towering|looking up",
}  # fmt: skip


def _compile(table: dict[str, str]) -> dict[str, re.Pattern[str]]:
    return {name: re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE) for name, pattern in table.items()}


_COMPILED = {id(table): _compile(table) for table in (PLACES, SUBJECTS, TIMES, WEATHERS, VIEWS)}


def mentions(text: str, table: dict[str, str]) -> list[tuple[str, int]]:
    """The table's names that the text mentions, with where each first stands, earliest first.

    Two names at one place keep the table's order, so that a special word stands before a general one.
    """
    found = []
    for name, pattern in _COMPILED[id(table)].items():
        match = pattern.search(text)
        if match:
            found.append((name, match.start()))
    return sorted(found, key=lambda item: item[1])
