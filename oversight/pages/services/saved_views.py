"""What a person looks at again and again."""

from oversight.models import Campaign, SavedView, User


def save_view(*, campaign: Campaign, user: User, name: str, query: str) -> SavedView:
    """Keep the view; one of the person's own of that name is changed."""
    row, _ = SavedView.objects.update_or_create(
        campaign=campaign, user=user, name=name, defaults={"query": query}
    )
    return row


def forget_view(*, view: SavedView) -> None:
    view.delete()
