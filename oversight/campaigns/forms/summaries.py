"""What is set in each group, in one line."""

from collections.abc import Callable
from datetime import time
from html import unescape

from django.utils.html import strip_tags
from django.utils.text import Truncator

from models_srv.domains.registry import why_missing
from oversight.campaigns.forms.groups import PAGES, GroupPage
from oversight.campaigns.policies.markdown import guidelines_html
from oversight.models import (
    AcceptanceMode,
    Campaign,
    CriticLearning,
    Loss,
    Method,
    QueryWriting,
    Schedule,
    TamperedBy,
)

LOOKED_AT = 2_000  # characters of the guidelines, of which the first words are shown


def summaries(campaign: Campaign) -> list[tuple[GroupPage, str]]:
    """Return each page with what is set on it."""
    return [(page, SAID[key](campaign)) for key, page in PAGES.items()]


def _basics(campaign: Campaign) -> str:
    checker = campaign.basics.checker
    if checker and (why := why_missing(checker)):
        return f"The checker “{checker}” {why}: nobody knows which answers are right."
    html = guidelines_html(campaign.basics.guidelines[:LOOKED_AT], "")
    words = " ".join(unescape(strip_tags(html)).split())
    return Truncator(words).chars(120) if words else "No guidelines yet."


def _rounds(campaign: Campaign) -> str:
    group = campaign.each_round
    queries = _many(group.queries_per_round, "query", "queries")
    said = f"{queries} a round, {_many(group.samples_per_query, 'answer')} each."
    said = f"{said} {_where_from(group.pool_share)}"
    if group.query_writing == QueryWriting.AUTODETECT and group.pool_share < 1:
        said += " It goes by what failed before (AutoDetect)."
    if group.follow_up_share and group.pool_share < 1:
        said += f" {group.follow_up_share:.0%} of what it writes goes on with a conversation."
    anew = f" {group.refine_share:.0%} get one written anew after a critique."
    said = said + anew if group.refine_share else said
    crossed = f" {group.cross_share:.0%} have their answers cross-examined."
    return said + crossed if group.cross_share else said


def _where_from(share: float) -> str:
    if share == 0:
        return "The attacker writes all of them."
    if share == 1:
        return "All are imported ones; the attacker writes none."
    return (
        f"{share:.0%} of them ones that people brought, as far as some are unused; the attacker writes "
        "the rest, starting from those drawn from templates too."
    )


def _routing(campaign: Campaign) -> str:
    group = campaign.routing
    taken = f"from {group.confidence_threshold:.0%} confidence on"
    if group.acceptance == AcceptanceMode.CALIBRATED:
        taken = f"where at most {group.acceptance_alpha:.0%} of it is wrong"
    chooses = group.asks_contradicted and group.audit_share < 1
    sooner = ", sooner where the learner disagrees with the critic" if chooses else ""
    return (
        f"{group.audit_share:.0%} of the pairs reach a person whatever the critic says; its word is "
        f"taken {taken}. At most {_many(group.human_budget, 'item')} for people a round{sooner}."
    )


def _judging(campaign: Campaign) -> str:
    group = campaign.judging
    said = [f"{_many(group.annotators_per_item, 'person', 'people')} to an item"]
    if group.answers_per_item > 2:
        said.append(
            f"the best of up to {group.answers_per_item} answers, in rounds without a critic"
        )
    said += ["a reason is required"] if group.is_rationale_required else []
    said += ["the worst flaw of each answer is asked for"] if group.asks_flaws else []
    said += ["somebody else decides where they are level"] if group.is_adjudicated else []
    said += ["practice first"] if group.qualification_items else []
    said += [f"of different {group.spread_over}"] if group.spread_over else []
    said += ["live red teaming"] if group.is_red_teaming_open else []
    return f"{', '.join(said)}."


def _measuring(campaign: Campaign) -> str:
    group = campaign.measuring
    known = group.gold_items + group.tampered_items
    shown = f"the critique is hidden on {group.hidden_share:.0%} of the items"
    if group.evidence_share:
        shown += f", and only its places are shown on {group.evidence_share:.0%}"
    said = f"{_many(known, 'item')} with a known answer a round; {shown}."
    by_attacker = group.tampered_items and group.tampered_by == TamperedBy.ATTACKER
    return said + (" The attacker puts the errors in." if by_attacker else "")


def _review(campaign: Campaign) -> str:
    group = campaign.review
    said = ["what people disagree on"] if group.reviews_disagreement else []
    said += ["what was flagged"] if group.reviews_flagged else []
    said += ["known answers that were missed"] if group.reviews_gold_missed else []
    said += [f"{group.review_share:.0%} of all items"] if group.review_share else []
    first = group.review_first
    said += [f"the first {first:,} of each person's answers"] if first else []
    return f"Looked at again: {', '.join(said) or 'what is asked for by hand'}."


def _care(campaign: Campaign) -> str:
    group = campaign.care
    said = ["a warning comes first" if group.content_warning else "no warning"]
    if kinds := len(group.harm_by_category):
        said.append(f"{_many(kinds, 'kind')} of query blurred")
    if group.break_minutes:
        said.append(f"a break after {_many(group.break_minutes, 'minute')}")
    return f"{', '.join(said).capitalize()}."


def _training(campaign: Campaign) -> str:
    group = campaign.training
    return (
        f"{Loss(group.loss).label}, {str(Method(group.method).label).lower()}, "
        f"{_many(group.epochs, 'epoch')}, from {_many(group.min_preferences, 'preference')} on."
    )


def _updates(campaign: Campaign) -> str:
    group = campaign.updates
    at: time = group.schedule_at
    when = {
        Schedule.BY_HAND: "by hand",
        Schedule.PREFERENCES: f"after {group.schedule_preferences:,} new preferences",
        Schedule.DAILY: f"every day at {at:%H:%M}",
        Schedule.HOURS: f"every {group.schedule_hours} hours",
    }
    said = f"At the end of each round, and {when[Schedule(group.schedule)]}."
    learning = ["the critic"] if group.critic_learning != CriticLearning.OFF else []
    learning += ["the attacker"] if group.attacker_learning else []
    if not learning:
        return said
    who = " and ".join(learning)
    return f"{said} {who[0].upper()}{who[1:]} learn{'' if len(learning) > 1 else 's'} too."


def _gate(campaign: Campaign) -> str:
    count, flawed = campaign.gate.gate_items, campaign.gate.flawed_items
    said = [f"People compare {_many(count, 'pair')} of answers before it decides."] if count else []
    if flawed:
        said.append(
            f"They judge {_many(flawed, 'pair')} of flawed ones, to see what is overlooked."
        )
    return " ".join(said) or "It decides without asking people."


def _many(number: float, one: str, more: str = "") -> str:
    figure = f"{number:,}" if isinstance(number, int) else f"{number:g}"
    return f"{figure} {one if number == 1 else more or f'{one}s'}"


SAID: dict[str, Callable[[Campaign], str]] = {
    "basics": _basics,
    "rounds": _rounds,
    "routing": _routing,
    "judging": _judging,
    "measuring": _measuring,
    "review": _review,
    "care": _care,
    "training": _training,
    "updates": _updates,
    "gate": _gate,
}
