"""May the critic replace people in this campaign? Three answers to one question."""

from dataclasses import dataclass

from django.db.models import Avg, QuerySet

from oversight.attacks.selectors.tries import failing_by_people
from oversight.models import (
    Acceptance,
    AcceptanceMode,
    Campaign,
    Critique,
    ModelVersion,
    RoutingDecision,
    User,
)
from oversight.trust.policies.replacing.alternative import Alternative
from oversight.trust.policies.replacing.places import Place, by_epsilon, places_of
from oversight.trust.policies.replacing.rates import Rate, longer_rate, rate_of
from oversight.trust.policies.replacing.taking import Taking, taking_of
from oversight.trust.selectors.asked_pairs import Asked, asked_pairs

FLAWED = 0.5


@dataclass(frozen=True)
class Replacing:
    """What is known of one version of the critic: `places` (all pairs first) and `by_epsilon` are the
    alternative annotator test, `rates` its counts corrected, `taking` the threshold as things stand,
    `rule` that of the last round with this version, if any.
    """

    version: ModelVersion
    asked: Asked
    places: list[Place]
    by_epsilon: dict[str, Alternative]
    rates: list[Rate]
    taking: Taking
    rule: Acceptance | None

    @property
    def test(self) -> Alternative | None:
        return self.places[0].test if self.places else None


def may_replace(campaign: Campaign, critic: ModelVersion) -> Replacing:
    """Return what people's answers say of this version; simulated annotators' are counted as nobody's."""
    asked, rule = asked_pairs(campaign, critic), campaign.routing
    is_calibrated = rule.acceptance == AcceptanceMode.CALIBRATED
    return Replacing(
        version=critic,
        asked=asked,
        places=places_of(asked.pairs),
        by_epsilon=by_epsilon(asked.pairs),
        rates=[_failing(campaign, critic), longer_rate(asked.judged, asked.pairs)],
        taking=taking_of(
            asked.judged,
            None if is_calibrated else rule.confidence_threshold,
            alpha=rule.acceptance_alpha,
            delta=rule.acceptance_delta,
        ),
        rule=_last_rule(campaign, critic),
    )


def names_of(found: Replacing) -> dict[str, str]:
    """Return the names of the people whom the critic was compared with."""
    rows = User.objects.filter(pk__in=found.asked.people).values_list("pk", "username")
    return {str(pk): name for pk, name in rows}


def _failing(campaign: Campaign, critic: ModelVersion) -> Rate:
    """Return how often an answer fails, of those that were compared; people's word where by lot."""
    compared = RoutingDecision.objects.filter(round__campaign=campaign, round__critic=critic)
    said = {response: p > FLAWED for response, p in _p_flawed(compared, critic).items()}
    everyone = said.keys() & _responses(compared)
    drawn = said.keys() & _responses(compared.filter(is_random=True))
    by_people = failing_by_people(campaign)
    known = [(said[each], by_people[each]) for each in drawn if each in by_people]
    return rate_of("failing", [said[each] for each in everyone], known)


def _responses(decisions: QuerySet[RoutingDecision]) -> set[int]:
    return {each for pair in decisions.values_list("response_a", "response_b") for each in pair}


def _p_flawed(decisions: QuerySet[RoutingDecision], critic: ModelVersion) -> dict[int, float]:
    rows = Critique.objects.filter(
        version=critic,
        response__query__in=decisions.values("query"),
        other_response=None,
        p_flawed__isnull=False,
    )
    means = rows.order_by().values("response").annotate(mean=Avg("p_flawed"))
    return dict(means.values_list("response", "mean"))


def _last_rule(campaign: Campaign, critic: ModelVersion) -> Acceptance | None:
    rows = Acceptance.objects.filter(round__campaign=campaign, version=critic)
    return rows.select_related("round").order_by("-round__number").first()
