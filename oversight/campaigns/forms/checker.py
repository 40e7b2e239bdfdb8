"""The choice of a checker: the domains that are installed, each with what it knows."""

from models_srv.domains.registry import domains, title_of, why_missing


def checker_choices(current: str = "") -> list[tuple[str, str]]:
    """Return the choices; the campaign's own among them where it is missing, which is said."""
    found = {name: _words(title_of(name), domain.about) for name, domain in domains().items()}
    if current and (why := why_missing(current)):
        found[current] = f"“{current}” {why}: nobody knows which answers are right."
    return [("", "None. Nobody knows which answers are right."), *found.items()]


def _words(title: str, about: str) -> str:
    return f"{title}. {about}" if about else title
