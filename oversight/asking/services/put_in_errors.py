"""People put errors into answers, as CriticGPT's trainers do (McAleese et al., 2024, section 2.2).

What comes of it is an item whose right answer is known, and, where a critic misses the error, something
for it to learn from.
"""

from django.db import transaction

from models_srv.roles.tamperer import PutIn
from models_srv.texts import exact_digest, with_lf
from oversight.asking.selectors.reviews import open_priorities
from oversight.asking.services.checkers import score
from oversight.asking.services.control_items import (
    KnownPair,
    hold_without_critiques,
    is_right,
    known_items,
)
from oversight.errors import WrongState
from oversight.models import (
    Act,
    Campaign,
    ItemKind,
    Purpose,
    Response,
    ReviewItem,
    User,
)
from oversight.people.services.audit import record_act
from oversight.statistics.seeds import derive_seed


def why_no_error(answer: Response) -> str:
    """Return why no error can be put into an answer, in words; "" where one can."""
    if answer.purpose != Purpose.FEEDBACK or answer.version_id is None:
        return "errors are put into answers of a model alone"
    if answer.messages:
        return "it is more than one answer"
    if is_right(answer.query.campaign, answer) is False:
        return "it is wrong already, as the data or the checker say"
    return ""


def put_in_error(*, answer: Response, error: PutIn, by: User) -> ReviewItem:
    """Keep the answer with the error and ask people about it beside the one without.

    It waits for critiques where the campaign's others have some. Raises WrongState where none can be
    put into this answer, nothing is changed, the checker still finds it right, or it is there already.
    """
    campaign, text = answer.query.campaign, with_lf(error.text).rstrip()
    if why := why_no_error(answer) or _why_no_such(answer, text):
        raise WrongState(why)
    with transaction.atomic():
        # One at a time: two at once would put in the same twice.
        Campaign.objects.select_for_update(no_key=True).get(pk=campaign.pk)
        if answer.query.responses.filter(text=text).exists():
            raise WrongState("this answer is there already")
        kept = Response.objects.create(
            query=answer.query,
            revises=answer,
            author=by,
            purpose=Purpose.TAMPERED,
            text=text,
            sampling={
                "problem": error.problem,
                "category": error.category,
                "severity": error.severity,
            },
        )
        item = _item(campaign, answer, kept)
        record_act(Act.ITEMS_ADDED, campaign=campaign, by=by, count=1)
    return item


def _why_no_such(answer: Response, text: str) -> str:
    if not text or text == answer.text.rstrip():
        return "nothing is changed"
    if score(answer.query.campaign, answer.query.text, text) == 1:
        return "the checker still finds it right"
    return ""


def _item(campaign: Campaign, answer: Response, kept: Response) -> ReviewItem:
    [item] = known_items(
        campaign,
        [KnownPair(ItemKind.TAMPERED, answer, kept)],
        open_priorities(campaign),
        seats=campaign.judging.annotators_per_item,
        seed=derive_seed(exact_digest(kept.text), "put in"),
    )
    hold_without_critiques(campaign, [item])
    item.save()
    return item
