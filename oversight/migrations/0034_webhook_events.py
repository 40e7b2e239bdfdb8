"""Triggers tell webhooks what happened: whoever changes a record, and by whatever road.

They write only where an address asks for the event, in the transaction in which it happens.
"""

from django.db import migrations

TELL = """
CREATE FUNCTION tell_webhooks(of_campaign bigint, event text, told jsonb) RETURNS void
LANGUAGE sql AS $$
  INSERT INTO oversight_webhookdelivery
    (endpoint_id, message_id, kind, data, state, attempts, next_at, happened_at, outcome)
  SELECT id, 'msg_' || replace(gen_random_uuid()::text, '-', ''), event, told,
    'waiting', 0, clock_timestamp(), clock_timestamp(), ''
  FROM oversight_webhookendpoint
  WHERE campaign_id = of_campaign AND disabled_at IS NULL AND events ? event
$$;
"""
EVENT = """
CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM tell_webhooks(NEW.campaign_id, '{event}', jsonb_build_object({data}));
  RETURN NULL;
END $$;
CREATE TRIGGER {name} AFTER {moment} ON {table} FOR EACH ROW {when} EXECUTE FUNCTION {name}();
"""
EVENTS = [
    {
        "name": "tell_item_closed",
        "event": "item.closed",
        "data": "'item', NEW.id",
        "moment": "UPDATE OF state",
        "table": "oversight_reviewitem",
        "when": "WHEN (OLD.state <> 'closed' AND NEW.state = 'closed')",
    },
    {
        "name": "tell_round_finished",
        "event": "round.finished",
        "data": "'round', NEW.number, 'is_cancelled', NEW.cancelled_in <> ''",
        "moment": "UPDATE OF finished_at",
        "table": "oversight_round",
        "when": "WHEN (OLD.finished_at IS NULL AND NEW.finished_at IS NOT NULL)",
    },
    {
        "name": "tell_training_finished",
        "event": "training.finished",
        "data": "'training_run', NEW.id, 'state', NEW.state, 'version', NEW.result_version_id",
        "moment": "UPDATE OF state",
        "table": "oversight_trainingrun",
        "when": "WHEN (OLD.state IN ('queued', 'running') AND NEW.state NOT IN ('queued', 'running'))",
    },
    {
        "name": "tell_version_promoted",
        "event": "version.promoted",
        "data": "'role', NEW.role, 'version', NEW.version_id, 'previous', NEW.previous_id",
        "moment": "INSERT",
        "table": "oversight_promotion",
        "when": "WHEN (NEW.version_id IS NOT NULL)",
    },
    {
        "name": "tell_alarm_raised",
        "event": "alarm.raised",
        "data": "'reliability', NEW.id, 'version', NEW.version_id",
        "moment": "INSERT",
        "table": "oversight_sourcereliability",
        "when": "WHEN (coalesce(NEW.drift ->> 'alarm', '') <> '')",
    },
]


class Migration(migrations.Migration):
    dependencies = [("oversight", "0033_webhooks")]

    operations = [
        migrations.RunSQL(TELL, "DROP FUNCTION tell_webhooks"),
        *[
            migrations.RunSQL(EVENT.format(**row), f"DROP FUNCTION {row['name']} CASCADE")
            for row in EVENTS
        ],
    ]
