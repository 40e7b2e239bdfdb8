"""How far labels can be believed, measured when a round's feedback is collected."""

from dataclasses import asdict, dataclass, field

from oversight.models import Acceptance, Round, Source, SourceReliability
from oversight.statistics.seeds import derive_seed
from oversight.trust.policies.annotators.people_reliability import (
    measure_people as measure_people_at_large,
)
from oversight.trust.policies.annotators.repeats import person_records, repeated_pairs
from oversight.trust.policies.source.drift import measure_drift
from oversight.trust.policies.source.report import (
    report_calibration,
    report_population,
    report_source,
    report_taken,
)
from oversight.trust.selectors.judged_pairs import auditing_source, judged_pairs, repeated_answers
from oversight.trust.selectors.reward import reward_margins


@dataclass(frozen=True)
class MeasuredCritic:
    """`row` is to be stored, None where the critic has judged nothing; `by_query` has (p_w, p_l) of
    each pair of the round."""

    row: SourceReliability | None = None
    by_query: dict[int, tuple[float, float]] = field(default_factory=dict)


@dataclass(frozen=True)
class MeasuredSources:
    critic: MeasuredCritic
    people: SourceReliability | None


def measure_sources(round_: Round) -> MeasuredSources:
    return MeasuredSources(measure_critic(round_), measure_people(round_))


def measure_critic(round_: Round) -> MeasuredCritic:
    """Measure the round's critic on all that this version has judged in the campaign so far."""
    if round_.critic is None:
        return MeasuredCritic()
    pairs = judged_pairs(round_.campaign, round_.critic, reward_margins(round_))
    if not pairs:
        return MeasuredCritic()
    report = report_source(pairs, seed=derive_seed(round_.campaign.slug, "reliability"))
    row = SourceReliability(
        campaign=round_.campaign,
        round=round_,
        source=Source.CRITIC,
        version=round_.critic,
        judged_by=auditing_source(round_.campaign),
        method=report.method,
        pairs=len(pairs),
        audited=report.audited,
        p_w=float(report.p_w.mean()),
        p_l=float(report.p_l.mean()),
        strata=[asdict(stratum) for stratum in report.strata],
        coefficients=report.coefficients,
        calibration=report_calibration(pairs),
        population=report_population(pairs) | report_taken(pairs, _threshold(round_)),
        drift=asdict(measure_drift([(p.round, p.agrees) for p in pairs if p.is_audited])),
    )
    by_query = {
        pair.query_id: (float(p_w), float(p_l))
        for pair, p_w, p_l in zip(pairs, *report.labels(), strict=True)
        if pair.round == round_.number
    }
    return MeasuredCritic(row, by_query)


def _threshold(round_: Round) -> float | None:
    """Return the confidence from which this round takes the critic's word; None: from none on."""
    rule = Acceptance.objects.filter(round=round_).first()
    return rule.threshold if rule else None


def measure_people(round_: Round) -> SourceReliability | None:
    """Measure how often each person errs, and one not seen yet; None where no pair was judged by two."""
    answers = repeated_answers(round_.campaign)
    records = person_records(answers)
    if not records:
        return None
    found, by_person = measure_people_at_large(records)
    return SourceReliability(
        campaign=round_.campaign,
        round=round_,
        source=Source.PERSON,
        judged_by=Source.PERSON,
        method="repeats",
        pairs=len(answers),
        audited=repeated_pairs(answers),
        p_w=found.p_w,
        p_l=found.p_l,
        strata=[
            {"person": int(person), **asdict(each)}
            for person, each in sorted(by_person.items(), key=lambda item: int(item[0]))
        ],
        coefficients={"low": found.low, "high": found.high},
    )
