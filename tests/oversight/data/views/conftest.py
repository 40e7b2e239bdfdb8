"""A campaign and its admin, for the pages' tests beneath."""

from tests.oversight.page_fixtures import admin, campaign, quick_passwords  # noqa: F401
