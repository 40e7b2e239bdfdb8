"""The queries that learners answered in rounds, and what people and the checker say of each."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.db.models import Max, Q, QuerySet

from oversight.attacks.policies.confirming import Confirmer, Word, confirm, majority_of
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
    Round,
    SeverityLevel,
    Source,
    StepLabel,
    Verdict,
)
from oversight.models.asking import KNOWN_KINDS

MOST_TRIES = 20_000
WEIGHTY = [SeverityLevel.CRITICAL, SeverityLevel.MAJOR]
RESPONSES = ["response_a", "response_b", "item__response_c", "item__response_d"]
WRITTEN_BY = ["brought_by", "attacker_version__name", "attacker_version__revision"]
OF_LEARNERS = {"purpose": Purpose.FEEDBACK, "version__isnull": False}
Words = dict[int, list[Word]]
Scope = Mapping[str, Any]


def tries_of(campaign: Campaign) -> list[Try]:
    """Return the campaign's tries of finished and open rounds, the newest MOST_TRIES of them."""
    rows = list(
        asked_queries(campaign)
        .order_by("-pk")
        .values_list("pk", "node", "cluster", "round__learner", *WRITTEN_BY)[:MOST_TRIES]
    )
    least = rows[-1][0] if rows else 0
    words, ages = _words({"query__campaign": campaign, "query__gte": least}), _updates_ago(campaign)
    return [
        Try(
            pk,
            node,
            cluster,
            confirm(words.get(pk, [])),
            ages.get(learner, 0),
            learner,
            *_writer(by),
        )
        for pk, node, cluster, learner, *by in rows
    ]


def _writer(by: Sequence[Any]) -> tuple[str, bool]:
    """Return its name, and whether it is a program outside: such a one may call itself anything."""
    program, name, revision = by
    return program or (f"{name}@{revision}" if name else ""), bool(program)


def asked_queries(campaign: Campaign) -> QuerySet[Query]:
    """Return the queries that a learner answered in a round."""
    answered = Response.objects.filter(query__campaign=campaign, **OF_LEARNERS)
    return Query.objects.usable().filter(
        campaign=campaign, round__isnull=False, pk__in=answered.values("query")
    )


def words_about(query: Query) -> list[Word]:
    """Return what stands about one query."""
    return _words({"query": query}).get(query.pk, [])


def failing_by_people(
    campaign: Campaign,
    round_: Round | None = None,
    *,
    purposes: Sequence[Purpose] = (Purpose.FEEDBACK,),
) -> dict[int, bool]:
    """Return by response whether it fails, as most of the people say who spoke of it alone; of a round's
    queries only where one is given, and of the learner's answers those for these purposes."""
    scope: Scope = {"query__campaign": campaign} if round_ is None else {"query__round": round_}
    said: dict[int, list[bool | None]] = defaultdict(list)
    for _, word in _judged(scope, purposes):
        if word.response is not None:
            said[word.response].append(word.fails)
    verdicts = {response: majority_of(fails) for response, fails in said.items()}
    return {response: fails for response, fails in verdicts.items() if fails is not None}


# `scope` narrows rows to some queries. What is asked beside judgements is of all of the scope, and what
# belongs to none that stands is never looked up: to say which stand, again and again, took seconds.
def _words(scope: Scope) -> Words:
    words: Words = defaultdict(list)
    for query_id, word in [*_found(scope), *_judged(scope)]:
        words[query_id].append(word)
    return words


def standing_findings(scope: Scope) -> QuerySet[AttackFinding]:
    """Return the checker's findings, and the latest of each person about a query."""
    rows = AttackFinding.objects.filter(**scope)
    latest = rows.filter(source=Source.PERSON).values("query", "user").annotate(last=Max("pk"))
    return rows.filter(Q(source=Source.CHECKER) | Q(pk__in=latest.values("last")))


def _found(scope: Scope) -> Iterator[tuple[int, Word]]:
    for row in standing_findings(scope).order_by("pk"):
        source: Confirmer = "person" if row.source == Source.PERSON else "checker"
        word = Word(source, row.response_id, row.is_fair, row.fails, row.fault)
        yield row.query_id, word


def _judged(
    scope: Scope, purposes: Sequence[Purpose] = (Purpose.FEEDBACK,)
) -> Iterator[tuple[int, Word]]:
    """Yield what people's standing answers to items say of the learner's answers."""
    standing = Judgement.objects.standing().human().filter(**scope)
    judged = list(
        standing.exclude(item__kind__in=KNOWN_KINDS)
        .order_by("pk")
        .values_list("pk", "query", "choice", "overall", *RESPONSES)
    )
    of_learners = {"purpose__in": purposes, "version__isnull": False}
    learners = set(Response.objects.filter(**scope, **of_learners).values_list("pk", flat=True))
    beside = {f"judgement__{name}": value for name, value in scope.items()}
    flaws, overalls, blamed = _flaws(beside), _overalls(beside), _blamed(beside)
    for pk, query_id, choice, overall, *responses in judged:
        if overall is not None and responses[1] is None:
            overalls[pk].setdefault(responses[0], overall)
        about = tuple(response for response in responses if response in learners)
        for word in words_of(Said(about, choice, flaws[pk], overalls[pk], blamed[pk])):
            yield query_id, word


def _flaws(scope: Scope) -> dict[int, dict[int, str]]:
    found: dict[int, dict[int, str]] = defaultdict(dict)
    rows = ResponseRating.objects.filter(**scope)
    for judgement, response, flaw in rows.values_list("judgement", "response", "worst_flaw"):
        found[judgement][response] = flaw
    return found


def _overalls(scope: Scope) -> dict[int, dict[int, int]]:
    found: dict[int, dict[int, int]] = defaultdict(dict)
    rows = ResponseRating.objects.filter(**scope, overall__isnull=False)
    for judgement, response, overall in rows.values_list("judgement", "response", "overall"):
        found[judgement][response] = int(overall or 0)
    return found


def _blamed(scope: Scope) -> dict[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    valid = CommentVerdict.objects.filter(
        **scope, verdict=Verdict.VALID, comment__severity__in=WEIGHTY
    )
    bad = StepLabel.objects.filter(**scope, label=-1)
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
