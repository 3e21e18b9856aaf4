"""What a prompt shows, as far as choosing a camera and a light for it needs to know."""

INTERIOR = frozenset(
    ["interior", "interiors", "indoors", "indoor", "inside", "hall", "halls", "room", "rooms", "hangar", "laboratory", "lab", "office", "workshop", "corridor", "studio", "cabin", "wardroom", "cockpit", "auditorium", "theatre", "theater", "museum", "gallery", "pavilion", "lobby", "factory", "warehouse", "simulator", "classroom", "library", "kitchen", "booth", "booths", "foundry"]
)
SEEN_FROM_ABOVE = frozenset(
    ["fleet", "fleets", "flotilla", "armada", "convoy", "coast", "coastline", "coastal", "shoreline", "harbour", "harbours", "harbor", "harbors", "port", "ports", "archipelago", "island", "islands", "city", "cities", "skyline", "delta", "estuary", "shipyard", "dockyard", "squadron", "squadrons"]
)
PEOPLE = frozenset(
    ["man", "men", "woman", "women", "person", "people", "child", "children", "boy", "girl", "crew", "sailor", "sailors", "officer", "officers", "captain", "admiral", "engineer", "engineers", "diver", "divers", "scientist", "scientists", "technician", "technicians", "visitor", "visitors", "crowd", "crowds", "face", "faces", "hand", "hands", "portrait", "welder", "welders", "pilot", "pilots", "cadet", "cadets", "operator", "operators", "team", "handshake"]
)
VESSEL = frozenset(
    ["ship", "ships", "boat", "boats", "vessel", "vessels", "frigate", "frigates", "destroyer", "destroyers", "corvette", "corvettes", "submarine", "submarines", "carrier", "tug", "tugs", "tugboat", "ferry", "yacht", "catamaran", "trimaran", "drone", "drones", "vehicle", "vehicles", "aircraft", "helicopter", "helicopters", "jet", "train", "car", "truck", "ship's", "lifeboat", "cutter", "patrol", "hovercraft"]
)
LANDSCAPE = frozenset(
    ["sea", "seas", "ocean", "oceans", "horizon", "sky", "skies", "cloud", "clouds", "wave", "waves", "mountain", "mountains", "desert", "forest", "field", "fields", "river", "lake", "beach", "cliff", "cliffs", "valley", "dunes", "sunrise", "sunset", "landscape", "bay", "fjord", "ice", "glacier", "marsh"]
)


def has(words: frozenset[str], named: frozenset[str]) -> bool:
    """Is any of the named words among those of the prompt?"""
    return not words.isdisjoint(named)
