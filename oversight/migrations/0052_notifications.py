"""People are told what happened: what webhooks are told is news for them, too.

The function that every trigger of an event calls writes the news as well, in the same transaction.
"""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

TELL = """
CREATE OR REPLACE FUNCTION tell_webhooks(of_campaign bigint, event text, told jsonb) RETURNS void
LANGUAGE sql AS $$
  INSERT INTO oversight_webhookdelivery
    (endpoint_id, message_id, kind, data, state, attempts, next_at, happened_at, outcome)
  SELECT id, 'msg_' || replace(gen_random_uuid()::text, '-', ''), event, told,
    'waiting', 0, clock_timestamp(), clock_timestamp(), ''
  FROM oversight_webhookendpoint
  WHERE campaign_id = of_campaign AND disabled_at IS NULL AND events ? event;
  {news}
$$;
"""
NEWS = """
  INSERT INTO oversight_news (campaign_id, kind, data, at)
  SELECT of_campaign, event, told, clock_timestamp()
  WHERE event IN
    ('flag.raised', 'round.finished', 'version.promoted', 'alarm.raised', 'review.waiting');
"""
KINDS = [
    ("item.closed", "An item is closed"),
    ("round.finished", "A round is done"),
    ("training.finished", "A training has ended"),
    ("version.promoted", "A version is put to work"),
    ("flag.raised", "Somebody has flagged an item"),
    ("alarm.raised", "People agree with a critic less than they did"),
    ("review.waiting", "Answers wait for a review"),
    ("answer.sent_back", "An answer was sent back to who gave it"),
    ("test", "A test, sent by hand"),
]


def own_id():
    return models.BigAutoField(
        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
    )


def of(model):
    return models.ForeignKey(
        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=model
    )


class Migration(migrations.Migration):
    dependencies = [
        ("oversight", "0051_forgotten_passwords"),
    ]

    operations = [
        migrations.AlterField(
            model_name="webhookdelivery",
            name="kind",
            field=models.CharField(choices=KINDS, max_length=30),
        ),
        migrations.CreateModel(
            name="News",
            fields=[
                ("id", own_id()),
                ("kind", models.CharField(max_length=30)),
                ("data", models.JSONField()),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("campaign", of("oversight.campaign")),
            ],
        ),
        migrations.CreateModel(
            name="NotificationChoice",
            fields=[
                ("id", own_id()),
                ("kind", models.CharField(max_length=30)),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("bell", "The bell"),
                            ("mail", "The bell, and an e-mail"),
                            ("neither", "Neither"),
                        ],
                        max_length=10,
                    ),
                ),
                ("user", of(settings.AUTH_USER_MODEL)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("user", "kind"), name="one_choice_per_kind")
                ],
            },
        ),
        migrations.CreateModel(
            name="Notification",
            fields=[
                ("id", own_id()),
                ("kind", models.CharField(choices=KINDS, max_length=30)),
                ("text", models.CharField(max_length=300)),
                ("url", models.CharField(help_text="A path of this site.", max_length=500)),
                ("key", models.CharField(blank=True, max_length=100)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("read_at", models.DateTimeField(null=True)),
                ("mail_due", models.DateTimeField(null=True)),
                ("mail_tries", models.PositiveSmallIntegerField(default=0)),
                ("campaign", of("oversight.campaign")),
                ("user", of(settings.AUTH_USER_MODEL)),
            ],
            options={
                "ordering": ["-pk"],
                "indexes": [
                    models.Index(fields=["user", "-id"], name="notification_list"),
                    models.Index(
                        condition=models.Q(("read_at__isnull", True)),
                        fields=["user"],
                        name="notification_unread",
                    ),
                    models.Index(
                        condition=models.Q(("mail_due__isnull", False)),
                        fields=["mail_due"],
                        name="notification_mail",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("key", ""), _negated=True),
                        fields=("user", "key"),
                        name="notified_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("url__startswith", "/"),
                            models.Q(("url__startswith", "//"), _negated=True),
                        ),
                        name="notification_leads_to_this_site",
                    ),
                ],
            },
        ),
        migrations.RunSQL(TELL.replace("{news}", NEWS), TELL.replace("{news}", "")),
    ]
