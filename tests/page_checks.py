"""What is measured of a view in the browser: contrast of texts, names and reach of controls, its width."""

from typing import Any

from places import TESTS

_CHECKS = (TESTS / "page_checks.js").read_text(encoding="utf-8")
_NAMED = {
    "button",
    "link",
    "textbox",
    "searchbox",
    "combobox",
    "slider",
    "checkbox",
    "spinbutton",
    "image",
    "listbox",
}


def measured(browser, what: str) -> Any:
    """What a function of page_checks.js finds: contrast or reach."""
    return browser.js(f"(() => {{ {_CHECKS}; return {what}(); }})()")


def nameless(browser) -> list[str]:
    """Controls and pictures that a screen reader could say nothing of, as Chromium itself counts names."""
    browser.ask("Accessibility.enable")
    nodes = browser.ask("Accessibility.getFullAXTree")["nodes"]
    return [
        f"{node['role']['value']} {node.get('backendDOMNodeId')}"
        for node in nodes
        if not node.get("ignored")
        and node["role"]["value"] in _NAMED
        and not node.get("name", {}).get("value")
    ]
