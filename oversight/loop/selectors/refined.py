"""What came of a round's answers that were written anew."""

from collections.abc import Mapping, Sequence

from django.db.models import Avg, Q

from models_srv.domains.registry import domain_of, title_of
from models_srv.evaluation import proportion
from oversight.asking.selectors.refined import refined_answers
from oversight.loop.policies.refined import Checked, WrittenAnew, fix_and_break
from oversight.models import Critique, Purpose, Response, Round
from oversight.trust.selectors.judged_pairs import auditing_source, human_choices

MOST_CHECKED = 2_000  # a page waits for them
UNSCORED = 0.5


def refined_of(round_: Round) -> WrittenAnew | None:
    """Return what came of them, None where there are none. The checker reads the first MOST_CHECKED."""
    rows = refined_answers(round_)
    written = rows.count() if round_.plan.get("refine_share") else 0
    if not written:
        return None
    failed = Q(finish_reason="error") | Q(text="")
    first = rows.exclude(failed).select_related("revises", "query").order_by("query__slot")
    answers = list(first)
    preferred, neither = _preferences(round_)
    checker = round_.campaign.basics.checker
    return WrittenAnew(
        written=written,
        unchanged=sum(_is_unchanged(row) for row in answers),
        unanswered=written - len(answers),
        checker=title_of(checker) if checker else "",
        **fix_and_break(_checked(round_, answers[:MOST_CHECKED]) if checker else []),
        judged_by=auditing_source(round_.campaign),
        preferred=proportion(sum(preferred), len(preferred)),
        neither=neither,
    )


def _is_unchanged(row: Response) -> bool:
    return row.revises is not None and row.text == row.revises.text


def _checked(round_: Round, answers: Sequence[Response]) -> list[Checked]:
    """Return what the checker says of each answer that it can tell right from wrong."""
    domain = domain_of(round_.campaign.basics.checker)
    if domain is None:
        return []
    best, found = _best(round_, answers), []
    for row in answers:
        assert row.revises is not None
        texts = (row.revises.text, row.text, best.get(row.query_id, row.revises.text))
        truth = [domain.is_correct(row.query.text, text) for text in texts]
        if all(each is not None for each in truth):
            found.append(Checked(*map(bool, truth)))
    return found


def _best(round_: Round, answers: Sequence[Response]) -> Mapping[int, str]:
    """Return by query the text of the first answer that the critic found least flawed."""
    rows = Critique.objects.filter(
        response__query__in=[row.query_id for row in answers],
        response__version=round_.learner,
        response__purpose=Purpose.FEEDBACK,
        version=round_.critic,
    )
    scored = rows.order_by("response__sample").values_list("response", "response__query")
    least: dict[int, tuple[float, int]] = {}
    for response, query, p_flawed in scored.annotate(mean=Avg("p_flawed")):
        p_flawed = UNSCORED if p_flawed is None else p_flawed
        if query not in least or p_flawed < least[query][0]:
            least[query] = (p_flawed, response)
    texts = dict(
        Response.objects.filter(pk__in=[pk for _, pk in least.values()]).values_list("pk", "text")
    )
    return {query: texts[pk] for query, (_, pk) in least.items()}


def _preferences(round_: Round) -> tuple[list[bool], int]:
    """Return of each audited pair with a preference whether it is for the new answer, and how many have
    none."""
    said = human_choices(round_.campaign, round_)
    is_anew = Q(response_a__purpose=Purpose.REFINED) | Q(response_b__purpose=Purpose.REFINED)
    pairs = round_.decisions.filter(is_anew, is_random=True, pk__in=said)
    choices = [
        (said[pk], "a" if purpose == Purpose.REFINED else "b")
        for pk, purpose in pairs.values_list("pk", "response_a__purpose")
    ]
    decided = [choice == new for choice, new in choices if choice != "tie"]
    return decided, len(choices) - len(decided)
