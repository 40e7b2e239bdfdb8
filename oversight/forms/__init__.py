"""Forms check what was typed and say what is wrong beside the field; services do the rest."""

from .campaign import CampaignForm, NewCampaignForm
from .items import GoldForm, KnownAnswersForm
from .members import MemberForm
from .models import ModelForm
from .principles import PrincipleForm
from .queries import PasteForm, UploadForm
from .reasons import ReasonForm
from .uploads import FileForm

__all__ = [
    "CampaignForm",
    "FileForm",
    "GoldForm",
    "KnownAnswersForm",
    "MemberForm",
    "ModelForm",
    "NewCampaignForm",
    "PasteForm",
    "PrincipleForm",
    "ReasonForm",
    "UploadForm",
]
