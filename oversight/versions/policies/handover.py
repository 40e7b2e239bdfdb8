"""What follows of putting a version to work, in sentences. Pure."""

ROLE_WORDS = {
    "learner": "The next update of the learner begins with its weights.",
    "critic": "What was measured of it before is what its word is worth: it is not measured anew.",
    "attacker": "It writes the next round's queries.",
}


def what_follows(
    *,
    role: str,
    name: str,
    at_work: str,
    open_round: int | None,
    is_to_be_tried: bool,
    is_to_be_loaded: bool = False,
) -> list[str]:
    """Return what happens; `at_work` names the version that it replaces, "" where there is none."""
    found = []
    if is_to_be_tried:
        found.append(
            "A worker tries it once more with a real request. It is put to work if it answers; else "
            "nothing changes, and the page says why."
        )
    if is_to_be_loaded:
        found.append(
            "It is loaded on its servers where it is not any more, and has to prove that its own "
            "weights answer there; else nothing changes, and the page says why."
        )
    found.append(f"{name} is then at work as {role}, from the next round on.")
    if at_work:
        found.append(f"{at_work}, which is at work now, is kept, and can be put back to work.")
    if open_round:
        found.append(
            f"Round {open_round}, which is under way, keeps the versions that it began with."
        )
    return [*found, ROLE_WORDS[role]]
