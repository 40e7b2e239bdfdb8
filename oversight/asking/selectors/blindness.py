"""Whose answers are kept from whom until they have answered themselves."""

from collections.abc import Callable

from oversight.models import Campaign, ReviewItem, User

# Of areas above: each returns the items whose answers the person is not to see yet.
Blindfold = Callable[[User, Campaign], set[int]]
_blindfolds: list[Blindfold] = []


def register_blindfold(blindfold: Blindfold) -> None:
    if blindfold not in _blindfolds:
        _blindfolds.append(blindfold)


def kept_blind(user: User, campaign: Campaign) -> set[int]:
    """Return the campaign's items whose answers the person does not see: they are to answer first."""
    return set().union(*(blindfold(user, campaign) for blindfold in _blindfolds))


def responses_kept_blind(user: User, campaign: Campaign) -> set[int]:
    """Return the responses of these items: what other people wrote of them is not shown either."""
    if not (items := kept_blind(user, campaign)):
        return set()
    rows = ReviewItem.objects.filter(pk__in=items)
    return {pk for item in rows for pk in item.response_ids}
