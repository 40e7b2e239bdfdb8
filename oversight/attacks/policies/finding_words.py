"""A finding about an attack, in the words of the page of its query. Pure."""


def found_words(is_fair: bool | None, fails: bool | None) -> str:
    """Say what a person found of a query and of its answers together."""
    if is_fair is False:
        return "the question is not fair"
    fair = "the question is fair" if is_fair else ""
    if fails is None:
        return fair
    answers = (
        "at least half of its answers fail" if fails else "most of its answers are good enough"
    )
    return f"{fair}, and {answers}" if fair else answers


def checked_words(is_fair: bool | None, fails: bool | None, fault: str) -> str:
    """Say what the checker found of one answer; `fault` is how it fails, where it can tell."""
    if is_fair is False:
        return "the question has no answer that it could check"
    if fails is None:
        return "it cannot tell"
    if not fails:
        return "the answer is right"
    return f"the answer fails: {fault}" if fault else "the answer fails"
