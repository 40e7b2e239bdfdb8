"""A key for each sign-in name, so that no two people have names that look the same.

Where an older installation let in `Ann` and `ann`, the one with the older account gets the key; the
other goes on signing in by exactly the name that it has.
"""

from django.db import migrations

import oversight.models.users
from oversight.policies.names import name_key


def fill_keys(apps, schema_editor):
    people = apps.get_model("oversight", "User").objects
    taken = set()
    for pk, username in people.order_by("pk").values_list("pk", "username").iterator():
        key = name_key(username)
        if key not in taken:
            people.filter(pk=pk).update(name_key=key)
            taken.add(key)


class Migration(migrations.Migration):
    dependencies = [("oversight", "0019_one_schema")]

    operations = [
        migrations.AlterModelManagers(
            name="user", managers=[("objects", oversight.models.users.PeopleManager())]
        ),
        migrations.AddField(
            "user",
            "name_key",
            oversight.models.users.NameKeyField(
                max_length=600, unique=True, null=True, editable=False
            ),
        ),
        migrations.RunPython(fill_keys, migrations.RunPython.noop),
    ]
