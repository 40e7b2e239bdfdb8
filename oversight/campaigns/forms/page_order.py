"""Settings in the order in which their own pages have them, wherever else they are shown."""

from collections.abc import Iterable

from oversight.campaigns.forms.groups import PAGES

_TITLES = {name: page.title for page in PAGES.values() for name in page.names}
# What stands first on its page comes first here too.
_ORDER = {
    name: place
    for place, name in enumerate(
        name for page in PAGES.values() for name in dict.fromkeys([*page.basic, *page.names])
    )
}


def in_page_order(names: Iterable[str]) -> list[str]:
    """Return the names by page and place on it; what no page has comes last, as it came."""
    return sorted(names, key=lambda name: _ORDER.get(name, len(_ORDER)))


def page_title(name: str) -> str:
    """Return what the settings page of this one is called; "" where it has none."""
    return _TITLES.get(name, "")
