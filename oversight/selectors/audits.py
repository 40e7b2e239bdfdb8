"""Pairs that a person and the critic both judged."""

from oversight.models import Campaign, Judgement, Source
from oversight.policies.reliability import Agreement


def critic_agreements(campaign: Campaign) -> list[Agreement]:
    """Return the randomly audited pairs that both preferred one side of. Ties say nothing here.

    Only random audits count: pairs that were routed because the critic was unsure would make it
    look worse than it is where its word is taken. Simulated annotators stand in only where no
    person has judged anything.
    """
    return _agreements(campaign, Source.PERSON) or _agreements(campaign, Source.SIMULATED)


def _agreements(campaign: Campaign, source: Source) -> list[Agreement]:
    audits = Judgement.objects.standing().filter(
        item__campaign=campaign,
        item__decision__is_audit=True,
        source=source,
        choice__in=["a", "b"],
    )
    critic: dict[tuple[int | None, int], str] = {
        (row["round_id"], row["query_id"]): row["choice"]
        for row in Judgement.objects.filter(
            query__campaign=campaign, source=Source.CRITIC, choice__in=["a", "b"]
        ).values("round_id", "query_id", "choice")
    }
    return [
        Agreement(audit.choice == "a", critic[audit.round_id, audit.query_id] == "a")
        for audit in audits
        if (audit.round_id, audit.query_id) in critic
    ]
