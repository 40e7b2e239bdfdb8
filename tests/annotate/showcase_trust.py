"""What the pages of rounds and models say of sources: measured, ranked, believed so far."""

from oversight.models import (
    Acceptance,
    Campaign,
    Critique,
    CritiqueRating,
    Judgement,
    ModelVersion,
    Preference,
    ReviewItem,
    RewardMargin,
    RewardModel,
    Role,
    Round,
    RunState,
    Source,
    SourceReliability,
    User,
)
from oversight.versions.selectors.critic_ranking import QUESTIONS
from tests.factories import make_item, make_query, make_response, make_user, make_version
from tests.oversight.judging import add_pair

INTERVAL = {"low": 0.79, "high": 0.93}
STRATA = ["all pairs", "it prefers the longer one", "its confidence is below .9", "category: sums"]


def make_trust(round_: Round, person: User) -> None:
    """Give a round that has ended a critic with its reliability, people's, and a reward model."""
    critic = make_version(round_.campaign, Role.CRITIC, active=False, name="critic-of-the-round")
    round_.critic = critic
    round_.save()
    decision = add_pair(round_, 0.93)
    for human in "aab":
        add_pair(round_, 0.8, human=human)
    Acceptance.objects.create(
        round=round_, version=critic, mode="calibrated", policy_version="1", threshold=0.9,
        alpha=0.1, delta=0.1, pairs=31, accepted=22, errors=0, error_upper_bound=0.099,
        coverage=0.71, calibrator="platt",
    )  # fmt: skip
    model = RewardModel.objects.create(
        campaign=round_.campaign, round=round_, parent=round_.learner, judged_by=Source.PERSON,
        labels=64, state=RunState.SUCCEEDED, result={"steps": 75},
    )  # fmt: skip
    RewardMargin.objects.create(reward_model=model, decision=decision, value=2.4)
    reliability = _critics(round_, critic)
    _peoples(round_, person)
    Preference.objects.create(
        campaign=round_.campaign, round=round_, query=decision.query, chosen=decision.response_a,
        rejected=decision.response_b, source=Source.CRITIC, decision=decision, p_w=0.94, p_l=0.06,
        judgement=Judgement.objects.get(query=decision.query), reliability=reliability,
    )  # fmt: skip


def make_ratings(campaign: Campaign, versions: list[ModelVersion]) -> None:
    """Let people rate critiques of each version side by side."""
    for points in ((3, 6), (5, 5), (2, 7)):
        response = make_response(make_query(campaign))
        item = ReviewItem.objects.create(
            campaign=campaign, query=response.query, response_a=response, kind="critique_rating",
            state="closed",
        )  # fmt: skip
        judgement = Judgement.objects.create(
            query=response.query, item=item, response_a=response, source=Source.PERSON,
            user=make_user(),
        )  # fmt: skip
        for version, overall in zip(versions, points, strict=True):
            critique = Critique.objects.create(response=response, version=version, verdict="sound")
            others = dict.fromkeys(QUESTIONS, overall)
            CritiqueRating.objects.create(
                judgement=judgement, critique=critique, overall=overall, **others
            )


def make_gold_answers(campaign: Campaign, person: User) -> None:
    """Let a person and a simulated annotator judge gold and tampered items, not always rightly."""
    robot = make_user(is_simulated=True)
    asked = [("gold", "b", person), ("gold", "b", robot), ("tampered", "a", person)]
    for kind, choice, user in asked:
        item = make_item(campaign, kind=kind, expected="b", state="closed", seats_free=0)
        Judgement.objects.create(
            query=item.query, item=item, response_a=item.response_a, response_b=item.response_b,
            source=Source.SIMULATED if user.is_simulated else Source.PERSON, user=user,
            choice=choice, p_a_better=float(choice == "a"),
        )  # fmt: skip


def _critics(round_: Round, critic: ModelVersion) -> SourceReliability:
    estimate = {"value": 0.873, **INTERVAL, "sampled": 64, "population": 160}
    measured = {"pairs": 31, "ece": 0.041, "ece_interval": [0.02, 0.09]}
    measured |= {"brier": 0.102, "brier_interval": [0.06, 0.15]}
    return SourceReliability.objects.create(
        campaign=round_.campaign, round=round_, source=Source.CRITIC, version=critic,
        judged_by=Source.PERSON, method="reward", pairs=160, audited=31, p_w=0.9, p_l=0.13,
        strata=[
            {"name": name, "pairs": 40, "audited": 8, **INTERVAL, "agreement": 0.875}
            | {"p_w": 0.9, "p_l": 0.1}
            for name in STRATA
        ],
        coefficients={"skill": 2.1, "lure: length": 0.8, "people: reward margin": 2.6},
        calibration={"said": measured, "corrected": measured},
        population={"weighted": estimate, "assisted": estimate},
        drift={"alarm": "", "rounds": [
            {"round": n, "agreement": 0.88, **INTERVAL, "audited": 16} for n in (1, 2)
        ]},
    )  # fmt: skip


def _peoples(round_: Round, person: User) -> None:
    SourceReliability.objects.create(
        campaign=round_.campaign, round=round_, source=Source.PERSON, judged_by=Source.PERSON,
        method="repeats", pairs=24, audited=24, p_w=0.91, p_l=0.09,
        strata=[{"person": person.pk, "p_w": 0.92, "answers": 24, **INTERVAL}],
        coefficients=dict(INTERVAL),
    )  # fmt: skip
