"""The gate hears people first, the truth next, the critic only as far as audits bear it out."""

import pytest

from models_srv.domains.arithmetic.problems import draw_queries
from oversight.loop.stages import gate
from oversight.models import (
    Critique,
    Evaluation,
    Judgement,
    Purpose,
    ResponseRating,
    RunState,
    Source,
    TrainingRun,
)
from oversight.versions.selectors.active import active_version
from oversight.versions.services.promotion import roll_back
from tests.factories import (
    make_campaign,
    make_item,
    make_query,
    make_response,
    make_user,
    make_version,
    set_settings,
)
from tests.oversight.judging import add_pair, make_round

pytestmark = pytest.mark.django_db
QUERIES = 30


@pytest.fixture
def round_():
    """A round that has trained a candidate; nobody has said anything of its answers."""
    campaign = make_campaign()
    found = make_round(campaign, make_version(campaign, "critic"))
    TrainingRun.objects.create(
        campaign=campaign,
        round=found,
        parent=found.learner,
        state=RunState.SUCCEEDED,
        result_version=make_version(campaign, active=False),
    )
    return found


def answer(round_, candidate_flawed, baseline_flawed, *, count=QUERIES, **fields):
    """Both versions answer `count` held-out queries; the critic finds each flawed as given."""
    pairs = []
    for _ in range(count):
        query = make_query(round_.campaign, split="held_out")
        pair = []
        versions = (round_.training_run.result_version, round_.learner)
        for version, p in zip(versions, (candidate_flawed, baseline_flawed), strict=True):
            row = make_response(
                query,
                f"words of {query.pk} by {version.pk}",
                version=version,
                purpose=Purpose.EVALUATION,
                **(fields if version != round_.learner else {}),
            )
            verdict = "flawed" if p > 0.5 else "sound"
            Critique.objects.create(
                response=row, version=round_.critic, p_flawed=p, verdict=verdict
            )
            pair.append(row)
        pairs.append(pair)
    return pairs


def audit(round_, *, agreed, disagreed=0, by=Source.PERSON):
    for human in "a" * agreed + "b" * disagreed:
        add_pair(round_, 0.9, human=human, by=by)


def prefer(pairs, *, candidate: bool, propensity=1.0, source=Source.PERSON, item=None):
    for new, old in pairs:
        Judgement.objects.create(
            query=new.query,
            response_a=old,
            response_b=new,
            source=source,
            item=item,
            choice="b" if candidate else "a",
            p_a_better=0.0 if candidate else 1.0,
            propensity=propensity,
        )


def judged(round_):
    gate.write(round_, 0, gate.read(round_, 0, []))
    return Evaluation.objects.get(round=round_)


def test_a_critic_that_nobody_has_audited_promotes_nobody(round_):
    answer(round_, 0.1, 0.9)
    evaluation = judged(round_)
    assert not evaluation.is_promoted
    assert "nobody has audited the judge" in evaluation.reasons[0]


def test_a_critic_that_only_simulated_annotators_audited_promotes_nobody(round_):
    audit(round_, agreed=38, disagreed=2, by=Source.SIMULATED)
    answer(round_, 0.1, 0.9)
    assert not judged(round_).is_promoted


def test_a_better_candidate_passes_on_the_word_of_a_critic_that_people_agree_with(round_):
    audit(round_, agreed=38, disagreed=2)
    answer(round_, 0.1, 0.9)
    evaluation = judged(round_)
    assert evaluation.is_promoted, evaluation.reasons
    assert active_version(round_.campaign, "learner") == evaluation.candidate
    assert evaluation.metrics["held_out_queries"] == QUERIES


def test_a_worse_candidate_is_refused(round_):
    audit(round_, agreed=38, disagreed=2)
    answer(round_, 0.9, 0.1)
    evaluation = judged(round_)
    assert not evaluation.is_promoted
    assert "not better beyond chance" in evaluation.reasons[0]
    assert active_version(round_.campaign, "learner") == round_.learner


def test_a_critic_at_chance_says_nothing_however_many_it_prefers(round_):
    audit(round_, agreed=20, disagreed=20)
    answer(round_, 0.1, 0.9)
    assert not judged(round_).is_promoted


def test_people_outvote_the_critic(round_):
    audit(round_, agreed=38, disagreed=2)
    prefer(answer(round_, 0.1, 0.9), candidate=False)
    evaluation = judged(round_)
    assert not evaluation.is_promoted
    assert evaluation.metrics["human_win_rate"] == 0.0
    assert "by people" in evaluation.reasons[0]


def test_simulated_annotators_do_not_count_as_people_at_the_gate(round_):
    audit(round_, agreed=38, disagreed=2)
    prefer(answer(round_, 0.1, 0.9), candidate=False, source=Source.SIMULATED)
    evaluation = judged(round_)
    assert evaluation.is_promoted
    assert "human_win_rate" not in evaluation.metrics


def test_answers_that_are_cut_off_are_a_loss_of_their_own(round_):
    audit(round_, agreed=38, disagreed=2)
    answer(round_, 0.1, 0.9, finish_reason="length")
    evaluation = judged(round_)
    assert not evaluation.is_promoted
    assert any("worse in ends by itself" in reason for reason in evaluation.reasons)


def test_flaws_that_people_take_for_none_are_counted(round_):
    set_settings(round_.campaign, checker="arithmetic")
    versions = (round_.training_run.result_version, round_.learner)
    problems = iter(draw_queries("train", 40, seed=3))
    for version, worst in zip(versions, ("none", "critical"), strict=True):
        for _ in range(12):
            query = make_query(round_.campaign, next(problems).text)
            row = make_response(query, "#### 999", version=version)
            judgement = Judgement.objects.create(
                query=query, response_a=row, source=Source.PERSON, user=make_user()
            )
            ResponseRating.objects.create(judgement=judgement, response=row, worst_flaw=worst)
    found = gate.false_accepts(round_.campaign, *versions)
    assert [(each.accepted, each.flawed) for each in found] == [(12, 12), (0, 12)]


def test_a_rollback_puts_the_former_one_back_by_one_row(round_):
    audit(round_, agreed=38, disagreed=2)
    answer(round_, 0.1, 0.9)
    judged(round_)
    rows = round_.campaign.active_versions
    before = set(rows.values_list("pk", flat=True))
    promotion = roll_back(version=round_.learner, user=make_user(), reason="it got rude")
    assert set(rows.values_list("pk", flat=True)) == before
    assert active_version(round_.campaign, "learner") == round_.learner
    assert promotion.reason == "it got rude"


def test_what_simulated_annotators_compared_is_counted_and_decides_nothing(round_):
    pairs = answer(round_, 0.1, 0.9)
    for new, old in pairs[:3]:
        item = make_item(
            round_.campaign, round=round_, query=new.query, response_a=old, response_b=new
        )
        prefer([(new, old)], candidate=True, source=Source.SIMULATED, item=item)
    metrics = judged(round_).metrics
    assert metrics["compared_by_simulated"] == 3
    assert "human_win_rate" not in metrics
