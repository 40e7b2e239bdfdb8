"""Live red teaming: what the models do. Read, think, then open the transaction, re-check, write."""

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from annotate.models import RedTeamTurn, RedTeamTurnQuerySet, TurnState
from annotate.redteam.services.chats import ANSWER_TASK, queue_of_chat
from models_srv.answers import answer_of
from models_srv.roles.learner import build_chat_request
from models_srv.types import ModelMisconfigured, ModelUnavailable, Sampling
from oversight.dispatch import send_after_commit
from oversight.errors import OversightError
from oversight.loop.stages.critique import criticise, store_findings
from oversight.loop.stages.respond import Answer, store_answers
from oversight.models import Purpose, Response
from oversight.statistics.seeds import derive_seed
from oversight.versions.services.loading import backend_of

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)  # longer than a model takes; a worker that died is waited for so long
MAX_BACKOFF_SECONDS = 300
UNEXPECTED = "Something went wrong with this turn; the log of the workers says what."


def dispatch_due_turns() -> int:
    """Ask the workers again for turns that nobody is busy with; return how many there are."""
    due = list(RedTeamTurn.objects.due().select_related("chat__learner", "chat__critic"))
    for turn in due:
        send_after_commit(ANSWER_TASK, turn.pk, queue=queue_of_chat(turn.chat))
    return len(due)


def answer_turn(turn_id: int) -> None:
    """Let the learner answer and the critic comment. Safe to run twice and to die anywhere.

    While a model is not there the turn waits and says why; no other model stands in.
    """
    lease = timezone.now() + LEASE
    if not _claim(turn_id, lease):
        return
    turn = RedTeamTurn.objects.select_related(
        "chat__campaign", "chat__learner__campaign", "chat__critic__campaign", "query", "response"
    ).get(pk=turn_id)
    try:
        if turn.state == TurnState.WAITING:
            _answer(turn, lease)
        _criticise(turn, lease)
    except ModelUnavailable as error:
        _put_back(turn, str(error), lease)
    except (ModelMisconfigured, OversightError) as error:
        logger.error("red-team turn %s: %s", turn.pk, error)
        _held(turn, lease).update(state=TurnState.FAILED, error=str(error))
    except Exception:
        logger.exception("red-team turn %s failed", turn.pk)
        _held(turn, lease).update(state=TurnState.FAILED, error=UNEXPECTED)


def _claim(turn_id: int, lease: datetime) -> bool:
    due = RedTeamTurn.objects.due().filter(pk=turn_id)
    return bool(due.update(due_at=lease, attempts=F("attempts") + 1))


def _held(turn: RedTeamTurn, lease: datetime) -> RedTeamTurnQuerySet:
    """The turn, while this worker's lease is on it and it is not finished."""
    return RedTeamTurn.objects.unfinished().filter(pk=turn.pk, due_at=lease)


def _answer(turn: RedTeamTurn, lease: datetime) -> None:
    chat, campaign = turn.chat, turn.chat.campaign
    earlier = chat.turns.filter(number__lt=turn.number, response__isnull=False)
    request = build_chat_request(
        turns=list(earlier.values_list("text", "response__text")),
        query=turn.text,
        instructions=campaign.basics.learner_instructions,
    )
    sampling = Sampling(
        temperature=campaign.each_round.temperature,
        max_tokens=campaign.each_round.max_tokens,
        seed=derive_seed(turn.pk, "red team"),
    )
    generation = answer_of(backend_of(chat.learner).generate([request], sampling)[0])
    if generation.finish_reason == "error":
        raise ModelMisconfigured(generation.error or "the learner could not answer this")
    answer = Answer(turn.query_id, chat.learner.pk, 0, Purpose.FEEDBACK, generation, sampling)
    with transaction.atomic():
        if not _held(turn, lease).select_for_update().exists():
            return
        store_answers([answer])
        turn.response = Response.objects.get(query=turn.query_id, version=chat.learner)
        turn.state = TurnState.ANSWERED
        turn.error = ""
        turn.save(update_fields=["response", "state", "error"])


def _criticise(turn: RedTeamTurn, lease: datetime) -> None:
    """Without a critic the turn is done; the page says that none has looked."""
    if turn.response is None:
        return
    critic = turn.chat.critic
    response = Response.objects.select_related("query").get(pk=turn.response.pk)
    findings = criticise(critic, [response]) if critic else []
    with transaction.atomic():
        if not _held(turn, lease).select_for_update().exists():
            return
        if critic:
            store_findings(critic, findings)
        turn.state = TurnState.DONE
        turn.error = ""
        turn.save(update_fields=["state", "error"])


def _put_back(turn: RedTeamTurn, reason: str, lease: datetime) -> None:
    logger.warning("red-team turn %s waits: %s", turn.pk, reason)
    pause = min(2.0 ** min(turn.attempts, 10), MAX_BACKOFF_SECONDS)
    _held(turn, lease).update(error=reason, due_at=timezone.now() + timedelta(seconds=pause))
