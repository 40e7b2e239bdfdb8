"""One schema on both roads: 0011 was changed after databases had been made with it.

Those have a narrower constraint, by which not every item can be hidden or blind first. Only the
database is mended; what Django believes is right already.
"""

from django.db import migrations

MEND = """
ALTER TABLE oversight_campaign DROP CONSTRAINT IF EXISTS campaign_arm_shares;
ALTER TABLE oversight_campaign ADD CONSTRAINT campaign_arm_shares CHECK (
    blind_first_share >= 0.0 AND hidden_share >= 0.0 AND hidden_share <= (1.000001 - blind_first_share)
);
"""


class Migration(migrations.Migration):
    dependencies = [("oversight", "0018_exact_identity")]
    operations = [migrations.RunSQL(MEND, migrations.RunSQL.noop)]
