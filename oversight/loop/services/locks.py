"""The order in which a round's rows are locked."""

from oversight.models import Round, UnitState


def lock_round(round: Round) -> Round:
    """Lock the units at work, then the round: in the order in which a worker that writes has them.

    Return the round as it is now. Call inside a transaction.
    """
    at_work = round.units.filter(state=UnitState.RUNNING).order_by("pk")
    list(at_work.select_for_update().values_list("pk"))
    return Round.objects.select_for_update(no_key=True).get(pk=round.pk)
