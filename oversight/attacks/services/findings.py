"""A person says of an attack whether its query is fair and whether the answers fail."""

from django.db import transaction

from oversight.attacks.selectors.tries import asked_queries
from oversight.errors import WrongState
from oversight.models import AttackFinding, Query, Source, User


def record_finding(
    *, query: Query, user: User, is_fair: bool, fails: bool | None, reason: str = ""
) -> AttackFinding:
    """Write what a person found; what they said of the query before stands no more.

    `fails` is of the learner's answers together, None where the person leaves it to those who judged
    them. Raises WrongState of a query that no learner answered in a round, and for a simulated
    annotator, whose word confirms nothing.
    """
    if user.is_simulated:
        raise WrongState("a simulated annotator confirms no attack")
    if not asked_queries(query.campaign).filter(pk=query.pk).exists():
        raise WrongState(f"query {query.pk} was not answered in a round")
    with transaction.atomic():
        return AttackFinding.objects.create(
            query=query,
            source=Source.PERSON,
            user=user,
            is_fair=is_fair,
            fails=fails if is_fair else None,
            reason=reason,
        )
