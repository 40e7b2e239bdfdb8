"""What a browser calls itself, in the words of people."""

# The first that is named counts: Edge and Opera say that they are Chrome too, Chrome that it is Safari.
BROWSERS = {
    "Edg": "Edge",
    "OPR": "Opera",
    "Firefox": "Firefox",
    "Chrome": "Chrome",
    "Safari": "Safari",
}
SYSTEMS = {
    **{"Android": "Android", "iPhone": "iPhone", "iPad": "iPad", "Windows": "Windows"},
    **{"Mac OS": "Mac", "CrOS": "ChromeOS", "Linux": "Linux"},
}


def browser_words(agent: str) -> str:
    """Return what a User-Agent says, as far as people care: “Firefox on Linux”."""
    browser = next((name for mark, name in BROWSERS.items() if f"{mark}/" in agent), "")
    system = next((name for mark, name in SYSTEMS.items() if mark in agent), "")
    return " on ".join(filter(None, (browser, system))) or "Something else"
