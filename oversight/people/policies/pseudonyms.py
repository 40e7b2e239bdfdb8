"""What a person is called where names do not go."""

import hashlib
from uuid import UUID


def pseudonym(secret: str, who: str) -> str:
    """Return a name that is the same throughout a campaign, and another elsewhere.

    `secret` is the campaign's: without it nobody finds the person by trying all ids. `who` is
    `user:ID`, or `label:NAME` of somebody who has no account. Exports reckon the same in SQL.
    """
    return str(UUID(hashlib.sha256(f"{secret}/{who}".encode()).hexdigest()[:32]))
