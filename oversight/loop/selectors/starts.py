"""Where an attacker outside is asked to start: as the campaign's own attacker would be."""

from collections.abc import Sequence

from models_srv.bridges import AskedEarlier, Start
from oversight.attacks.policies.history import histories
from oversight.attacks.selectors.parents import archive_of, fresh_queries
from oversight.attacks.selectors.tries import tries_of
from oversight.attacks.selectors.weakness import evidence
from oversight.loop.policies.targeting import plan_slots
from oversight.models import Campaign, Query
from oversight.statistics.seeds import derive_seed

MOST_WANTED = 10_000


def starts_for(campaign: Campaign, wanted: int, of_each: int) -> list[Start]:
    """Return starts for `wanted` queries, `of_each` of each; the last may ask for fewer.

    Aimed where confirmed failures are likely, from training queries alone. What a program has brought
    since moves the seed: asked again, other starts are drawn.
    """
    kinds, tries = campaign.basics.taxonomy, tries_of(campaign)
    known, archive = evidence(campaign, tries), archive_of(campaign, tries)
    fresh = fresh_queries(campaign, kinds, archive)
    seed = derive_seed(campaign.slug, "starts", _brought(campaign))
    slots = plan_slots(-(-wanted // of_each), kinds, known, archive, fresh, seed)
    shown = histories([slot.node for slot in slots], tries, seed)
    texts = _texts(
        campaign, [slot.near_id for slot in slots], [pk for past in shown for pk, _ in past]
    )
    return [
        Start(
            number=n + 1,
            node=slot.node,
            wanted=min(of_each, wanted - n * of_each),
            seed=texts.get(slot.near_id or 0, ""),
            asked_before=[AskedEarlier(texts[pk], not score) for pk, score in past if pk in texts],
        )
        for n, (slot, past) in enumerate(zip(slots, shown, strict=True))
    ]


def _brought(campaign: Campaign) -> int:
    return Query.objects.filter(campaign=campaign).exclude(brought_by="").count()


def _texts(campaign: Campaign, near: Sequence[int | None], shown: Sequence[int]) -> dict[int, str]:
    """Held-out queries leave for no program outside."""
    ids = {pk for pk in (*near, *shown) if pk}
    rows = Query.objects.train().filter(campaign=campaign, pk__in=ids)
    return dict(rows.values_list("pk", "text"))
