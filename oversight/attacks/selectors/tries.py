"""The queries that learners answered in rounds, and what people and the checker say of each."""

from collections import defaultdict
from collections.abc import Iterator

from django.db.models import Max, Q, QuerySet

from oversight.attacks.policies.confirming import Confirmer, Word, confirm
from oversight.attacks.policies.people import Said, words_of
from oversight.attacks.policies.weakness import Try
from oversight.models import (
    AttackFinding,
    Campaign,
    CommentVerdict,
    Judgement,
    Purpose,
    Query,
    Response,
    ResponseRating,
    SeverityLevel,
    Source,
    StepLabel,
    Verdict,
)
from oversight.models.asking import KNOWN_KINDS

MOST_TRIES = 20_000
WEIGHTY = [SeverityLevel.CRITICAL, SeverityLevel.MAJOR]
OF_LEARNERS = {"purpose": Purpose.FEEDBACK, "version__isnull": False}
Words = dict[int, list[Word]]


def tries_of(campaign: Campaign) -> list[Try]:
    """Return the campaign's tries of finished and open rounds, the newest MOST_TRIES of them."""
    asked = asked_queries(campaign)
    rows = list(
        asked.order_by("-pk").values_list("pk", "node", "cluster", "round__learner")[:MOST_TRIES]
    )
    least = rows[-1][0] if rows else 0
    words, ages = _words(asked.filter(pk__gte=least)), _updates_ago(campaign)
    return [
        Try(pk, node, cluster, confirm(words.get(pk, [])), ages.get(learner, 0))
        for pk, node, cluster, learner in rows
    ]


def asked_queries(campaign: Campaign) -> QuerySet[Query]:
    """Return the queries that a learner answered in a round."""
    answered = Response.objects.filter(query__campaign=campaign, **OF_LEARNERS)
    return Query.objects.usable().filter(
        campaign=campaign, round__isnull=False, pk__in=answered.values("query")
    )


def words_about(query: Query) -> list[Word]:
    """Return what stands about one query."""
    return _words(Query.objects.filter(pk=query.pk)).get(query.pk, [])


def _words(queries: QuerySet[Query]) -> Words:
    words: Words = defaultdict(list)
    for query_id, word in [*_found(queries), *_judged(queries)]:
        words[query_id].append(word)
    return words


def _found(queries: QuerySet[Query]) -> Iterator[tuple[int, Word]]:
    """Yield the checker's findings, and the latest of each person about a query."""
    rows = AttackFinding.objects.filter(query__in=queries)
    latest = rows.filter(source=Source.PERSON).values("query", "user").annotate(last=Max("pk"))
    standing = rows.filter(Q(source=Source.CHECKER) | Q(pk__in=latest.values("last")))
    for row in standing.order_by("pk"):
        source: Confirmer = "person" if row.source == Source.PERSON else "checker"
        word = Word(source, row.response_id, row.is_fair, row.fails, row.fault)
        yield row.query_id, word


def _judged(queries: QuerySet[Query]) -> Iterator[tuple[int, Word]]:
    """Yield what people's standing answers to items say of the learner's answers."""
    standing = Judgement.objects.standing().human().filter(query__in=queries)
    judged = standing.exclude(item__kind__in=KNOWN_KINDS)
    flaws, overalls, blamed = _ratings(judged), _overalls(judged), _blamed(judged)
    learners = set(
        Response.objects.filter(query__in=queries, **OF_LEARNERS).values_list("pk", flat=True)
    )
    rows = judged.order_by("pk").values_list(
        "pk", "query", "choice", "response_a", "response_b", "item__response_c", "item__response_d"
    )
    for pk, query_id, choice, *responses in rows:
        about = tuple(response for response in responses if response in learners)
        said = Said(about, choice, flaws[pk], overalls[pk], blamed[pk])
        for word in words_of(said):
            yield query_id, word


def _ratings(judged: QuerySet[Judgement]) -> dict[int, dict[int, str]]:
    found: dict[int, dict[int, str]] = defaultdict(dict)
    rows = ResponseRating.objects.filter(judgement__in=judged)
    for judgement, response, flaw in rows.values_list("judgement", "response", "worst_flaw"):
        found[judgement][response] = flaw
    return found


def _overalls(judged: QuerySet[Judgement]) -> dict[int, dict[int, int]]:
    found: dict[int, dict[int, int]] = defaultdict(dict)
    rows = ResponseRating.objects.filter(judgement__in=judged, overall__isnull=False)
    alone = judged.filter(overall__isnull=False, response_b__isnull=True)
    for judgement, response, overall in [
        *alone.values_list("pk", "response_a", "overall"),
        *rows.values_list("judgement", "response", "overall"),
    ]:
        found[judgement][response] = int(overall or 0)
    return found


def _blamed(judged: QuerySet[Judgement]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    valid = CommentVerdict.objects.filter(
        judgement__in=judged, verdict=Verdict.VALID, comment__severity__in=WEIGHTY
    )
    bad = StepLabel.objects.filter(judgement__in=judged, label=-1)
    for judgement, response in [
        *valid.values_list("judgement", "comment__critique__response"),
        *bad.values_list("judgement", "response"),
    ]:
        found[judgement].add(response)
    return found


def _updates_ago(campaign: Campaign) -> dict[int, int]:
    """Return for each version that was ever at work by how many promotions it is not the latest."""
    promoted = campaign.promotions.filter(role="learner").order_by("-pk")
    ages: dict[int, int] = {}
    for age, version in enumerate(promoted.values_list("version", flat=True)):
        if version is not None:
            ages.setdefault(version, age)
    return ages
