"""Which severity tags are blurred until they are clicked."""

SEVERITIES = ["mild", "moderate", "severe"]


def is_blurred(harm: str, blur_from: str) -> bool:
    """`blur_from` is the lowest tag that is blurred; anything else blurs nothing."""
    if harm not in SEVERITIES or blur_from not in SEVERITIES:
        return False
    return SEVERITIES.index(harm) >= SEVERITIES.index(blur_from)
