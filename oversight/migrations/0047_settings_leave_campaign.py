"""The settings have moved to their groups: their columns beside the campaign go.

All at once: for each alone Django would make every model anew, which takes half a minute.
"""

import importlib

from django.db import migrations
from django.db.migrations.operations.base import Operation

MOVED = importlib.import_module("oversight.migrations.0046_settings_move").GROUPS
NAMES = ", ".join(MOVED.values()).split(", ")


class RemoveFields(Operation):
    """Remove fields of one model, and all its constraints, which are theirs."""

    def __init__(self, model_name, names):
        self.model_name, self.names = model_name, names

    def state_forwards(self, app_label, state):
        model = state.models[app_label, self.model_name]
        model.fields = {name: each for name, each in model.fields.items() if name not in self.names}
        model.options = {**model.options, "constraints": []}
        state.reload_model(app_label, self.model_name, delay=True)

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        table = from_state.apps.get_model(app_label, self.model_name)._meta.db_table
        schema_editor.execute(  # a check goes with its column
            f"ALTER TABLE {table} " + ", ".join(f"DROP COLUMN {name}" for name in self.names)
        )

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        model = to_state.apps.get_model(app_label, self.model_name)
        for name in self.names:
            schema_editor.add_field(model, model._meta.get_field(name))
        for constraint in model._meta.constraints:
            schema_editor.add_constraint(model, constraint)

    def describe(self):
        return f"Remove {len(self.names)} fields of {self.model_name}"


class Migration(migrations.Migration):
    dependencies = [("oversight", "0046_settings_move")]
    operations = [RemoveFields("campaign", NAMES)]
