"""How the learner is updated from preferences."""

from django.core.validators import RegexValidator
from django.db import models

from oversight.models.bounds import bound_constraints, bounded
from oversight.models.campaign_choices import Dtype, Loss, Method, Reference

from .base import SettingsGroup

layer_names = RegexValidator(
    r"^[A-Za-z_][\w.-]*( [A-Za-z_][\w.-]*)*\Z",
    "Give all-linear, or names of layers with a space between them.",
)


class TrainingSettings(SettingsGroup):
    """How the learner is updated from preferences."""

    key = "training"
    campaign = models.OneToOneField(
        "oversight.Campaign", models.CASCADE, primary_key=True, related_name="training"
    )
    loss = models.CharField(max_length=20, choices=Loss.choices, default=Loss.DPO)
    method = models.CharField(max_length=10, choices=Method.choices, default=Method.FULL)
    reference = models.CharField(max_length=10, choices=Reference.choices, default=Reference.PARENT)
    beta = models.FloatField(default=1, validators=bounded("beta"))
    nll_weight = models.FloatField(
        default=10,
        help_text="How much the update also makes the chosen answers likelier, word for word, so "
        "that they are not lost with what is rejected. 0: not. Read by the losses of the DPO family.",
        validators=bounded("nll_weight"),
    )
    shared_weight = models.FloatField(
        default=0,
        help_text="How much words count that both answers have; those that differ count 1. 0: the "
        "update looks at the differences alone. Read by DPO, DPO-Positive, anchored, robust and "
        "conservative DPO.",
        validators=bounded("shared_weight"),
    )
    quote_weight = models.FloatField(
        default=1,
        help_text="How many times as much a word of the rejected answer counts where a comment "
        "quotes it, unless somebody called the comment fake. 1: no more than others. Read by the "
        "same losses.",
        validators=bounded("quote_weight"),
    )
    later_weight = models.FloatField(
        default=0.3,
        help_text="How much words of the rejected answer count after its first fault: the first "
        "word that differs, in the quote where a comment quotes one. What follows from a fault need "
        "not be wrong itself. 1: as much as the fault. Read by the same losses.",
        validators=bounded("later_weight"),
    )
    learning_rate = models.FloatField(default=3e-4, validators=bounded("learning_rate"))
    epochs = models.FloatField(default=3, validators=bounded("epochs"))
    batch_size = models.PositiveIntegerField(default=16, validators=bounded("batch_size"))
    gradient_accumulation = models.PositiveIntegerField(
        default=1,
        help_text="So many batches make one step: a large batch on a small GPU.",
        validators=bounded("gradient_accumulation"),
    )
    pair_tokens = models.PositiveIntegerField(
        default=1024,
        help_text="Pairs longer than that, question and answer together, are left out and counted.",
        validators=bounded("pair_tokens"),
    )
    lora_rank = models.PositiveIntegerField(
        default=16,
        help_text="How much an adapter can learn. One that is trained on keeps its own.",
        validators=bounded("lora_rank"),
    )
    lora_alpha = models.PositiveIntegerField(
        default=32,
        help_text="How strongly an adapter acts, against its rank.",
        validators=bounded("lora_alpha"),
    )
    lora_targets = models.CharField(
        max_length=500,
        default="all-linear",
        help_text="Names of the layers that an adapter is put on, such as q_proj v_proj.",
        validators=[layer_names],
    )
    dtype = models.CharField(max_length=10, choices=Dtype.choices, default=Dtype.AUTO)
    patience = models.PositiveSmallIntegerField(
        default=0,
        help_text="Stop once the margin on held-back pairs has not risen so many times. 0: never.",
        validators=bounded("patience"),
    )
    min_preferences = models.PositiveIntegerField(
        default=20,
        help_text="With fewer, the update is skipped.",
        validators=bounded("min_preferences"),
    )
    uses_reward_model = models.BooleanField(
        default=True,
        help_text="Before an update, train a model on people's labels alone. Which answer it finds "
        "likelier corrects the critic's labels; it takes about as long as the update.",
    )

    class Meta:
        constraints = bound_constraints(
            "beta",
            "nll_weight",
            "shared_weight",
            "quote_weight",
            "later_weight",
            "learning_rate",
            "epochs",
            "batch_size",
            "gradient_accumulation",
            "pair_tokens",
            "lora_rank",
            "lora_alpha",
            "patience",
            "min_preferences",
        )
