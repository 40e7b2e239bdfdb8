"""Forms check what was typed and say what is wrong beside the field; services do the rest."""

from .campaign import CampaignForm, NewCampaignForm
from .members import MemberForm
from .models import ModelForm
from .principles import PrincipleForm
from .queries import PasteForm, UploadForm

__all__ = [
    "CampaignForm",
    "MemberForm",
    "ModelForm",
    "NewCampaignForm",
    "PasteForm",
    "PrincipleForm",
    "UploadForm",
]
