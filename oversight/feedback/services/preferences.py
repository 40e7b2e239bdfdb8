"""Feedback becomes preferences."""

from oversight.feedback.policies.item_meaning import LETTERS, Meaning
from oversight.feedback.policies.joint_reliability import joint_reliability
from oversight.feedback.selectors.item_answers import ItemAnswers, Pair, item_answers
from oversight.models import (
    KNOWN_KINDS,
    ItemKind,
    ItemState,
    Preference,
    ReviewItem,
    Source,
    SourceReliability,
    Split,
)
from oversight.statements import insert

PREFERS_NONE = "The answers prefer neither of the two any more."
WITHDRAWN = "The item was withdrawn."
ALIKE = 1e-9  # closer than this two probabilities are the same


def gives_preferences(item: ReviewItem) -> bool:
    """A held-out query gives none, nor does a pair chosen because what is right of it is known."""
    is_compared = (
        item.kind not in (*KNOWN_KINDS, ItemKind.FLAWED) and item.response_b_id is not None
    )
    return is_compared and item.query.split == Split.TRAIN


def conclude_item(*, item: ReviewItem) -> Preference | None:
    """Write the preferences that the standing answers to an item amount to, as if it were closed.

    Return the one that stands, of several the first; None: there is none. Call inside the
    transaction that wrote the judgement.
    """
    if not gives_preferences(item):
        return None
    answers = item_answers(item)
    return next(iter(follow_preferences(answers, answers.meaning_if_closed())), None)


def follow_preferences(answers: ItemAnswers, meaning: Meaning) -> list[Preference]:
    """Let the rows follow what the answers mean; return those that are the last of their pair.

    A row that no longer holds is superseded: by the pair as it is now, or by the old one with
    weight 0 where neither is preferred any more. Where any judge was simulated, so is the
    preference. Nothing is written where the rows are right already.
    """
    wanted = _wanted(answers.item, meaning)
    # The best of several is preferred to each other one; those two others' places say nothing.
    pairs = [*answers.preferences, *(pair for pair in wanted if pair not in answers.preferences)]
    return [_follow(answers, pair, wanted.get(pair)) for pair in pairs]


def _wanted(item: ReviewItem, meaning: Meaning) -> dict[Pair, tuple[int, int]]:
    """Return (chosen, rejected) by pair."""
    if not meaning.best or not gives_preferences(item):
        return {}
    chosen = dict(zip(LETTERS, item.response_ids, strict=False))[meaning.best]
    others = [pk for pk in item.response_ids if pk != chosen]
    return {frozenset((chosen, other)): (chosen, other) for other in others}


def _follow(answers: ItemAnswers, pair: Pair, wanted: tuple[int, int] | None) -> Preference:
    last = answers.preferences.get(pair)
    if wanted is None:
        assert last is not None
        return _retracted(answers, last) if last.weight else last
    if last and _is_right(answers, last, wanted):
        return last
    return insert(_preference(answers, *wanted, last))


def _retracted(answers: ItemAnswers, last: Preference) -> Preference:
    retracted = _preference(answers, last.chosen_id, last.rejected_id, last)
    retracted.weight = 0.0
    is_withdrawn = answers.item.state == ItemState.WITHDRAWN
    retracted.reason = WITHDRAWN if is_withdrawn else PREFERS_NONE
    return insert(retracted)


def _preference(
    answers: ItemAnswers, chosen_id: int, rejected_id: int, last: Preference | None
) -> Preference:
    item, source = answers.item, _source(answers)
    measured = answers.measured if source == Source.PERSON else None
    p_w = _p_right(measured, answers, chosen_id, rejected_id)
    return Preference(
        campaign_id=item.campaign_id,
        round_id=item.round_id,
        query_id=item.query_id,
        chosen_id=chosen_id,
        rejected_id=rejected_id,
        source=source,
        item=item,
        judgement_id=_deciding_id(answers, chosen_id, last),
        decision_id=item.decision_id,
        p_w=p_w,
        p_l=1 - p_w,
        reliability=measured,
        supersedes=last,
    )


def _is_right(answers: ItemAnswers, last: Preference, wanted: tuple[int, int]) -> bool:
    """Whether the row says what the answers do, on what people's reliability was measured on then."""
    if (last.chosen_id, last.rejected_id, last.weight) != (*wanted, 1.0):
        return False
    measured = answers.measured if _is_newest(answers, last) else last.reliability
    p_w = _p_right(measured if last.reliability_id else None, answers, *wanted)
    return last.source == _source(answers) and abs(last.p_w - p_w) < ALIKE


def _is_newest(answers: ItemAnswers, last: Preference) -> bool:
    return answers.measured is not None and answers.measured.pk == last.reliability_id


def _source(answers: ItemAnswers) -> Source:
    is_simulated = any(row.source == Source.SIMULATED for row in answers.deciding)
    return Source.SIMULATED if is_simulated else Source.PERSON


def _deciding_id(answers: ItemAnswers, chosen_id: int, last: Preference | None) -> int | None:
    """Return the last answer that preferred it, else the last one, else what made the row before."""
    by_letter = dict(zip(LETTERS, answers.item.response_ids, strict=False))
    agreeing = [row for row in answers.deciding if by_letter.get(row.choice) == chosen_id]
    if deciding := agreeing or answers.deciding:
        return deciding[-1].pk
    return last.judgement_id if last else None


def _p_right(
    measured: SourceReliability | None, answers: ItemAnswers, chosen_id: int, rejected_id: int
) -> float:
    """Return P(chosen is better than rejected), from how reliable those are who preferred either.

    1 where that was not measured: a person's word is taken as it is.
    """
    if measured is None:
        return 1.0
    by_letter = dict(zip(LETTERS, answers.item.response_ids, strict=False))
    said: dict[int, list[float]] = {chosen_id: [], rejected_id: []}
    for judgement in answers.deciding:
        if (preferred := by_letter.get(judgement.choice)) in said:
            said[preferred].append(measured.p_right(judgement.user_id))
    return joint_reliability(said[chosen_id], said[rejected_id])
