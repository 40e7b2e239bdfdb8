"""Pictures of guidelines come and go."""

import hashlib

from django.db import IntegrityError, transaction
from django.db.models import F

from oversight.campaigns.policies.pictures import MOST_PICTURES, picture_of
from oversight.errors import NotAPicture, WrongState
from oversight.models import Act, Campaign, GuidelinePicture, User
from oversight.models.groups.guidelines import MOST_PICTURE_BYTES
from oversight.people.services.audit import record_act


def add_picture(
    *, campaign: Campaign, content: bytes, file_name: str = "", by: User | None = None
) -> GuidelinePicture:
    """Keep a picture under the next number; the same one again is the one that is there.

    Raises NotAPicture for what is none or is too large, WrongState where there are enough.
    """
    found = picture_of(content) if len(content) <= MOST_PICTURE_BYTES else None
    if max(len(content), len(found.content) if found else 0) > MOST_PICTURE_BYTES:
        raise NotAPicture(f"a picture has at most {MOST_PICTURE_BYTES // 2**20} MiB")
    if found is None:
        raise NotAPicture("this is no PNG, JPEG, WebP or GIF")
    digest = hashlib.sha256(found.content).hexdigest()
    if same := campaign.pictures.filter(sha256=digest).first():
        return same
    if campaign.pictures.count() >= MOST_PICTURES:
        raise WrongState(f"a campaign has at most {MOST_PICTURES} pictures: remove one first")
    try:
        with transaction.atomic():
            picture = GuidelinePicture.objects.create(
                campaign=campaign,
                number=_next_number(campaign),
                kind=found.kind,
                content=found.content,
                sha256=digest,
                file_name=file_name[:200],
                added_by=by,
            )
            record_act(Act.PICTURE_ADDED, campaign=campaign, by=by, number=picture.number)
            return picture
    except IntegrityError as error:
        raise WrongState("somebody else added a picture just now") from error


def _next_number(campaign: Campaign) -> int:
    """Return a number that no picture of the campaign ever had: old texts name those."""
    Campaign.objects.filter(pk=campaign.pk).update(pictures_added=F("pictures_added") + 1)
    campaign.refresh_from_db(fields=["pictures_added"])
    return campaign.pictures_added


def remove_picture(*, picture: GuidelinePicture, by: User | None = None) -> None:
    """Delete a picture: where a text still shows it, its words alone are left."""
    with transaction.atomic():
        picture.delete()
        record_act(Act.PICTURE_REMOVED, campaign=picture.campaign, by=by, number=picture.number)


def copy_pictures(*, source: Campaign, campaign: Campaign) -> None:
    """Give a new campaign the pictures of another under their numbers, which its texts name."""
    GuidelinePicture.objects.bulk_create(
        GuidelinePicture(
            campaign=campaign,
            number=each.number,
            kind=each.kind,
            content=each.content,
            sha256=each.sha256,
            file_name=each.file_name,
            added_by=each.added_by,
        )
        for each in source.pictures.select_related("added_by")
    )
    campaign.pictures_added = source.pictures_added
    campaign.save(update_fields=["pictures_added"])
