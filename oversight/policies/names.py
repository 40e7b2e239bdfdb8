"""What makes two sign-in names the same: neither case nor form (`Ann`, `ann`, full-width `Ａｎｎ`)."""

import unicodedata


def name_key(name: str) -> str:
    """Return what is equal for names that a person would take for one.

    Unicode's caseless compatibility match (The Unicode Standard, 3.13, D146).
    """
    once = unicodedata.normalize("NFKC", unicodedata.normalize("NFD", name).casefold())
    return unicodedata.normalize("NFKC", once.casefold())
