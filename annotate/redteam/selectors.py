"""A person's red-team conversations."""

from dataclasses import dataclass

from django.db.models import Count, QuerySet

from annotate.campaigns import annotatable_campaigns
from annotate.models import RedTeamChat, RedTeamTurn, TurnState
from annotate.queue.selectors.critiques import comments_by_critique
from oversight.models import Campaign, Comment, Critique, User


@dataclass(frozen=True)
class TurnView:
    turn: RedTeamTurn
    critique: Critique | None
    comments: list[Comment]


@dataclass(frozen=True)
class ChatView:
    chat: RedTeamChat
    turns: list[TurnView]

    @property
    def is_waiting(self) -> bool:
        """Whether a model is still to speak."""
        return any(
            view.turn.state in (TurnState.WAITING, TurnState.ANSWERED) for view in self.turns
        )


def red_team_campaigns(user: User) -> QuerySet[Campaign]:
    return annotatable_campaigns(user).filter(judging__is_red_teaming_open=True)


def chats_of(user: User) -> QuerySet[RedTeamChat]:
    """The person's conversations in campaigns that are still open for it, newest first."""
    return (
        RedTeamChat.objects.filter(user=user, campaign__in=red_team_campaigns(user))
        .select_related("campaign", "critic")
        .annotate(turn_count=Count("turns"), failure_count=Count("turns__failed_at"))
        .order_by("-pk")
    )


def chat_view(chat: RedTeamChat) -> ChatView:
    turns = list(chat.turns.select_related("response").order_by("number"))
    rows = Critique.objects.filter(
        response__in=[turn.response_id for turn in turns if turn.response_id], version=chat.critic
    )
    critiques = {row.response_id: row for row in rows}
    comments = comments_by_critique(critiques.values())
    return ChatView(chat, [_turn_view(turn, critiques, comments) for turn in turns])


def _turn_view(
    turn: RedTeamTurn, critiques: dict[int, Critique], comments: dict[int, list[Comment]]
) -> TurnView:
    critique = critiques.get(turn.response_id) if turn.response_id else None
    is_readable = critique is not None and critique.verdict is not None
    return TurnView(
        turn, critique, comments.get(critique.pk, []) if critique and is_readable else []
    )
