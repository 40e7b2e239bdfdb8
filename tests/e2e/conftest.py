"""The same Chromium as the annotator's pages are tested in."""

from tests.annotate.browser.conftest import browser as browser  # a fixture is found by its name
