"""The audit log as a dataset. Apart from the registry: owners alone read it, and names are in it."""

from .columns import Column
from .registry import Dataset, Wanted


def _rows(wanted: Wanted) -> str:
    return """
    FROM oversight_auditentry e LEFT JOIN oversight_user u ON u.id = e.by_id
    WHERE e.campaign_id = %(campaign)s ORDER BY e.id
    """


AUDIT_LOG = Dataset(
    name="audit-log",
    title="Audit log",
    about="Every act that takes a privilege, as it was written down.",
    columns=[
        Column("number", "int64", "coalesce(e.number, 0)"),
        Column("at", "timestamp", "e.at"),
        Column("act", "string", "e.act", is_plain=True),
        Column("by", "string", "coalesce(u.username, '')"),
        Column("by_id", "int64", "coalesce(e.by_id, 0)"),
        Column("address", "string", "e.address"),
        Column("token", "string", "e.token"),
        Column("details", "string", "e.details::text"),
        Column("previous_sha256", "string", "e.previous_sha256", is_plain=True),
        Column("sha256", "string", "e.sha256", is_plain=True),
    ],
    rows=_rows,
)
