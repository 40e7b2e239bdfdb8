"""Move every campaign's settings to its groups; on the way back, to the campaign again."""

from django.db import migrations

GROUPS = {
    "basicssettings": "guidelines, learner_instructions, attacker_instructions, taxonomy, checker",
    "roundsettings": "queries_per_round, pool_share, samples_per_query, temperature, max_tokens",
    "routingsettings": "audit_share, acceptance, confidence_threshold, acceptance_alpha, acceptance_delta, critic_samples, human_budget, human_minutes, always_ask",
    "judgingsettings": "annotators_per_item, lease_minutes, undo_minutes, is_rationale_required, is_result_shown, is_adjudicated, qualification_items, qualification_share, is_red_teaming_open",
    "measuringsettings": "hidden_share, blind_first_share, gold_items, tampered_items, rating_items",
    "caresettings": "content_warning, harm_by_category, exposure_budget, break_minutes",
    "trainingsettings": "loss, method, reference, beta, learning_rate, epochs, batch_size, patience, min_preferences, uses_reward_model",
    "updatesettings": "schedule, schedule_preferences, schedule_at, schedule_hours, schedule_set_at",
    "gatesettings": "gate_items",
}


def to_groups(apps, schema_editor):
    for table, columns in GROUPS.items():
        schema_editor.execute(
            f"INSERT INTO oversight_{table} (campaign_id, number, {columns}) "  # noqa: S608
            f"SELECT id, 1, {columns} FROM oversight_campaign"
        )


def to_campaigns(apps, schema_editor):
    for table, columns in GROUPS.items():
        pairs = ", ".join(f"{name} = moved.{name}" for name in columns.split(", "))
        schema_editor.execute(
            f"UPDATE oversight_campaign SET {pairs} FROM oversight_{table} moved "  # noqa: S608
            "WHERE moved.campaign_id = oversight_campaign.id"
        )
        schema_editor.execute(f"DELETE FROM oversight_{table}")  # noqa: S608


class Migration(migrations.Migration):
    dependencies = [("oversight", "0045_groups_of_settings")]
    operations = [migrations.RunPython(to_groups, to_campaigns)]
