"""What the choices that REST takes and shows are called in its schema, where one name would not do."""

ENUM_NAMES = {
    "CampaignState": "oversight.models.CampaignState",
    "ModelRole": "oversight.models.Role",
    "BackendKind": "oversight.models.BackendKind",
    "NewBackend": "oversight.versions.api.serializers.NEW_BACKENDS",
    "ServedState": "oversight.models.ServedState",
    "MemberRole": "oversight.models.MemberRole",
    "ItemState": "oversight.models.ItemState",
    "CriticVerdict": "oversight.models.CriticVerdict",
    "CommentVerdict": "oversight.models.Verdict",
    "RunState": "oversight.models.RunState",
    "LabelSource": "oversight.models.Source",
    "PreferenceKind": "oversight.models.PreferenceKind",
    "FlagKind": "annotate.models.FlagKind",
    "ReviewState": "annotate.models.ReviewState",
    "ReviewMove": "annotate.models.MoveKind",
    "ItemKind": "oversight.models.ItemKind",
    "EventKind": "oversight.models.EventKind",
    "CardLetter": "annotate.work.api.serializers.LETTERS",
    "CardKind": "annotate.work.api.serializers.CARD_KINDS",
    "CardChoice": "annotate.work.api.serializers.CHOICES",
}
