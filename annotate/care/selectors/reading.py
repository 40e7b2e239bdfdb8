"""What changed in a campaign's guidelines and principles since a person has read them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from annotate.text.diffing import Change, nearby, text_diff
from oversight.models import Campaign, GuidelinesRead, Principle, User
from oversight.statements import Statement

# Every card asks for both.
RULES_AND_READ = Statement(
    """
    SELECT {rule}, {read}
    FROM oversight_campaign campaign
    LEFT JOIN oversight_principle rule
        ON rule.campaign_id = campaign.id AND rule.retired_at IS NULL
    LEFT JOIN oversight_guidelinesread read
        ON read.campaign_id = campaign.id AND read.user_id = %(user)s
    WHERE campaign.id = %(campaign)s
    ORDER BY rule.number
    """,
    rule=Principle,
    read=GuidelinesRead,
)


@dataclass(frozen=True)
class RuleNews:
    """A rule that is `new`, `changed`, or `retired` since; `changes` word by word."""

    number: int
    kind: str
    changes: list[Change]


@dataclass(frozen=True)
class News:
    """`guidelines` are word by word, empty where they are as they were."""

    since: datetime
    guidelines: list[Change]
    rules: list[RuleNews]


def state_of_reading(campaign: Campaign, rules: Iterable[Principle]) -> dict[str, object]:
    """Return what somebody has read who reads it now."""
    versions = {str(rule.number): rule.version for rule in rules}
    return {"basics_number": campaign.basics.number, "principles": versions}


def rules_and_news(user: User, campaign: Campaign) -> tuple[list[Principle], News | None]:
    """Return the current principles, and what changed of them and of the guidelines since the person
    read them: None where nothing did, or they never have.
    """
    rows = RULES_AND_READ.all(user=user.pk, campaign=campaign.pk)
    rules = [rule for rule, _ in rows if rule]
    read = rows[0][1] if rows else None
    return rules, _news(campaign, read, rules) if read else None


def _news(campaign: Campaign, read: GuidelinesRead, rules: list[Principle]) -> News | None:
    now = state_of_reading(campaign, rules)
    if (read.basics_number, read.principles) == (now["basics_number"], now["principles"]):
        return None
    news = News(read.read_at, _guidelines(campaign, read), _rules(campaign, read, rules))
    return news if news.guidelines or news.rules else None


def _guidelines(campaign: Campaign, read: GuidelinesRead) -> list[Change]:
    """Other settings beside the guidelines make a new version too."""
    versions = campaign.settings_versions.filter(group="basics", number=read.basics_number)
    before = versions.values_list("values__guidelines", flat=True).first()
    after = campaign.basics.guidelines
    return [] if before in (None, after) else nearby(text_diff(str(before), after))


def _rules(campaign: Campaign, read: GuidelinesRead, rules: list[Principle]) -> list[RuleNews]:
    current = {str(rule.number): rule for rule in rules}
    differing = {
        number
        for number in {*current, *read.principles}
        if number not in current or current[number].version != read.principles.get(number)
    }
    if not differing:
        return []
    numbers = [int(number) for number in differing]
    texts = {
        (str(rule.number), rule.version): rule.text
        for rule in Principle.objects.filter(campaign=campaign, number__in=numbers)
    }
    found = []
    for number in sorted(differing, key=int):
        before = texts.get((number, read.principles.get(number, 0)), "")
        rule = current.get(number)
        kind = "retired" if rule is None else "changed" if before else "new"
        found.append(RuleNews(int(number), kind, text_diff(before, rule.text if rule else "")))
    return found
