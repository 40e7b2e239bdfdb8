"""Live red teaming: what people do. What the models do is in `turns`.

Each turn is a query of its own, the conversation so far as one text, that is used for nothing until
the person says that the learner failed: every output has its provenance from the start.
"""

from django.db import IntegrityError, transaction
from django.utils import timezone

from annotate.models import RedTeamChat, RedTeamTurn, TurnState
from oversight.campaigns.services.queries import MAX_QUERY_CHARS, place_of, text_columns
from oversight.dispatch import send_after_commit
from oversight.errors import WrongState
from oversight.models import BackendKind, Campaign, Origin, Query, Role, User
from oversight.people.selectors.roles import demand_at_work
from oversight.versions.selectors.active import active_version
from oversight.versions.services.loading import queue_of

NOT_A_FAILURE = "red teaming: nobody said that it failed"
ANSWER_TASK = "annotate.tasks.answer_turn"


def start_chat(*, user: User, campaign: Campaign, text: str) -> RedTeamChat:
    """Begin a conversation with the active learner. Raises WrongState where none can answer, and in a
    campaign that is paused.
    """
    demand_at_work(campaign)
    learner = active_version(campaign, Role.LEARNER)
    if learner is None or learner.backend == BackendKind.RECORDED:
        raise WrongState(f"{campaign.name} has no learner that can answer")
    critic = active_version(campaign, Role.CRITIC)
    if critic and critic.backend == BackendKind.RECORDED:
        critic = None
    with transaction.atomic():
        chat = RedTeamChat.objects.create(
            campaign=campaign, user=user, learner=learner, critic=critic
        )
        say(chat=chat, text=text)
    return chat


def say(*, chat: RedTeamChat, text: str, number: int | None = None) -> RedTeamTurn:
    """Add what the person says and ask the models.

    `number` is the turn that the page was to begin, where it is known: the same words sent again
    for it are said once. Raises WrongState where other ones were, or an answer is awaited, and in a
    campaign that is paused.
    """
    demand_at_work(chat.campaign)
    with transaction.atomic():
        RedTeamChat.objects.select_for_update(no_key=True).get(pk=chat.pk)
        earlier = list(chat.turns.select_related("response"))
        if number is not None and 0 < number <= len(earlier):
            return _said_before(earlier[number - 1], text)
        if any(turn.state in (TurnState.WAITING, TurnState.ANSWERED) for turn in earlier):
            raise WrongState("the answer to what you said last is still awaited")
        turn = RedTeamTurn.objects.create(
            chat=chat,
            number=len(earlier) + 1,
            text=text,
            query=_query(chat, _transcript(earlier, text)),
        )
        send_after_commit(ANSWER_TASK, turn.pk, queue=queue_of_chat(chat))
    return turn


def queue_of_chat(chat: RedTeamChat) -> str:
    """Return whose work its turns are: of those that load models, or those that wait for servers."""
    return queue_of([chat.learner, chat.critic] if chat.critic else [chat.learner])


def _said_before(turn: RedTeamTurn, text: str) -> RedTeamTurn:
    if turn.text != text:
        raise WrongState(f"you have said something else here, in another tab perhaps: {turn.text}")
    return turn


def _transcript(earlier: list[RedTeamTurn], text: str) -> str:
    """Return the first message as it is, later ones with all that went before."""
    answered = [turn for turn in earlier if turn.response]
    if not answered:
        return text
    lines = [f"Person: {t.text}\n\nLearner: {t.response.text}" for t in answered if t.response]
    return "\n\n".join([*lines, f"Person: {text}"])


def _query(chat: RedTeamChat, text: str) -> Query:
    if len(text) > MAX_QUERY_CHARS:
        raise WrongState("this conversation has become too long: begin a new one")
    cluster, split = place_of(chat.campaign, text)
    return Query.objects.create(
        campaign=chat.campaign,
        **text_columns(text),
        origin=Origin.PERSON,
        written_by=chat.user,
        split=split,
        cluster=cluster,
        rejected_reason=NOT_A_FAILURE,
    )


def mark_failure(*, turn: RedTeamTurn) -> None:
    """Make what was said an adversarial query with the person as its source. Said twice is once.

    Raises WrongState before the learner has answered, and where the campaign has the query already.
    """
    try:
        with transaction.atomic():
            current = RedTeamTurn.objects.select_for_update(no_key=True).get(pk=turn.pk)
            if current.response_id is None:
                raise WrongState("the learner has not answered this yet")
            if current.failed_at:
                return
            Query.objects.filter(pk=current.query_id).update(rejected_reason="")
            current.failed_at = timezone.now()
            current.save(update_fields=["failed_at"])
    except IntegrityError as error:
        raise WrongState("the campaign has this query already") from error
