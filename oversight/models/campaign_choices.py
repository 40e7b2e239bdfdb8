"""What is chosen about routing, training and when the learner is updated."""

from django.db import models


class AcceptanceMode(models.TextChoices):
    """From which confidence the critic's word is taken without a person."""

    FIXED = "fixed", "From a set confidence"
    CALIBRATED = "calibrated", "From a calibrated confidence"


class AskRule(models.TextChoices):
    """What sends a pair to a person whatever the critic's confidence."""

    DISAGREE = "disagree", "Samples of the critic prefer different responses"
    LOST_QUOTE = "lost_quote", "A critical comment quotes what is not there"
    CRITICAL = "critical", "A comment of critical severity"
    NEAR_TIE = "near_tie", "Near tie"
    NEW_CLUSTER = "new_cluster", "No person has judged a query of this cluster"
    DRIFT = "drift", "People agree with the critic less than in earlier rounds"


def usual_ask_rules() -> list[str]:
    """Without the two that would ask about nearly every pair of an attacker that seeks new failures."""
    unusual = {AskRule.CRITICAL, AskRule.NEW_CLUSTER}
    return [rule for rule in AskRule.values if rule not in unusual]


class Reference(models.TextChoices):
    """The model that an update is held near to."""

    PARENT = "parent", "The version that it starts from"
    BASE = "base", "The base model, without any adapter"


class Schedule(models.TextChoices):
    """When the learner is updated from the preferences that are there, without a round of attacks."""

    BY_HAND = "by_hand", "By hand"
    PREFERENCES = "preferences", "After so many new preferences"
    DAILY = "daily", "Every day at a time"
    HOURS = "hours", "Every so many hours"


class Loss(models.TextChoices):
    """What the update minimises; `models_srv.dpo` holds the formulas."""

    SFT = "sft", "Fine-tuning on the chosen response"
    DPO_SFT = "dpo_sft", "DPO with a fine-tuning term"
    DPO = "dpo", "DPO"
    DPOP = "dpop", "DPO-Positive (Smaug)"
    IPO = "ipo", "IPO"
    CDPO = "cdpo", "Conservative DPO"
    ROBUST = "robust", "Robust DPO"
    ORPO = "orpo", "ORPO"
    APO_ZERO = "apo_zero", "Anchored DPO (APO-zero)"
    APO_DOWN = "apo_down", "Anchored DPO, both lowered (APO-down)"
    KTO = "kto", "KTO"


class Method(models.TextChoices):
    FULL = "full", "All weights"
    LORA = "lora", "LoRA adapter"


class AtChance(models.TextChoices):
    """What becomes of an update where the critic's choice is no better than chance."""

    WARN = "warn", "Warn, and update"
    STOP = "stop", "Do not update"


class QueryWriting(models.TextChoices):
    """What an attacker that takes instructions is shown when it writes a query."""

    NEAR = "near", "Each near one earlier question"
    AUTODETECT = "autodetect", "After what failed before (AutoDetect)"


class TamperedBy(models.TextChoices):
    """Who puts errors into right answers of a round."""

    DOMAIN = "domain", "The domain's own changes"
    ATTACKER = "attacker", "The attacker, where it follows instructions"


class CriticLearning(models.TextChoices):
    """From whose word the critic is trained at the end of a round, besides errors that were put in."""

    OFF = "off", "No"
    PEOPLE = "people", "From people's verdicts"
    ALL = "all", "From simulated verdicts too"


class Dtype(models.TextChoices):
    """The precision in which the learner is trained."""

    AUTO = "auto", "As usual for the machine"
    FLOAT32 = "float32", "32 bits"
    BFLOAT16 = "bfloat16", "16 bits (bfloat16)"


class Harm(models.TextChoices):
    """How hard to bear the queries of a category are, and what learners answer to them."""

    MILD = "mild", "Mild"
    MODERATE = "moderate", "Moderate"
    SEVERE = "severe", "Severe"
