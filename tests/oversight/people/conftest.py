"""A campaign and somebody who invites to it, for the tests beneath that make none of their own."""

from tests.oversight.people.inviting import campaign, manager, token  # noqa: F401
