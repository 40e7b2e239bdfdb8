"""People who answer, correct and decide over HTTP while everything is being killed.

Whatever fails is sent again, as a browser would; what the site has said `Saved` to is remembered.
"""

import random
import re
import threading
import time
from http.client import HTTPException
from http.cookiejar import CookieJar
from urllib.error import HTTPError
from urllib.parse import urlencode, urljoin
from urllib.request import HTTPCookieProcessor, build_opener

from annotate.simulation.page import Form, read_page

CORRECT = re.compile(r'href="([^"]+/correct/)"')
PREFERENCES = ["1", "1", "7", "7", "4"]
TIMEOUT_SECONDS = 60
GIVE_UP_SECONDS = 300


class Answering(threading.Thread):
    """One person. `saved` are the preferences that were acknowledged, by submission."""

    def __init__(self, base_url: str, slug: str, username: str, password: str, seed: int) -> None:
        super().__init__(daemon=True)
        self.base_url, self.slug = base_url, slug
        self.username, self.password = username, password
        self.random = random.Random(seed)
        self.opener = build_opener(HTTPCookieProcessor(CookieJar()))
        self.saved: dict[str, str] = {}
        self.corrections = 0
        self.refused: list[str] = []
        self.is_over = threading.Event()
        self.url = base_url

    def run(self) -> None:
        self._sign_in()
        while not self.is_over.is_set():
            if self.random.random() < 0.5:
                self._correct()
            else:
                self._answer()

    def _sign_in(self) -> None:
        page = read_page(self._get(f"/annotate/next/{self.slug}/"))
        form = next(form for form in page.forms if any(name == "next" for name, _ in form.fields))
        form.action = form.action or self.url
        self._send(form, {"username": self.username, "password": self.password})

    def _answer(self) -> None:
        page = read_page(self._get(f"/annotate/next/{self.slug}/"))
        if lease := page.form_to(f"/lease/{self.slug}/"):
            page = read_page(self._send(lease, {}))
        if answer := page.form_to("/submit/"):
            self._submit(answer, "Saved.")
        else:
            time.sleep(0.3)

    def _correct(self) -> None:
        links = CORRECT.findall(self._get(f"/annotate/history/{self.slug}/"))
        if not links:
            return
        page = read_page(self._get(self.random.choice(links[:6])))
        if form := page.form_to("/correct/"):
            self.corrections += self._submit(form, "Saved: your correction stands")

    def _submit(self, form: Form, words: str) -> bool:
        preference = self.random.choice(PREFERENCES)
        html = self._send(form, {"preference": preference})
        is_saved = words in html
        if is_saved:
            self.saved[dict(form.fields)["submission"]] = preference
        return is_saved

    def _get(self, path: str) -> str:
        return self._open(urljoin(self.base_url, path), None)

    def _send(self, form: Form, answers: dict[str, str]) -> str:
        return self._open(
            urljoin(self.url, form.action), urlencode([*form.fields, *answers.items()]).encode()
        )

    def _open(self, url: str, data: bytes | None) -> str:
        """Try until there is an answer. Errors of the server are retried, and others kept."""
        deadline = time.monotonic() + GIVE_UP_SECONDS
        while True:
            try:
                with self.opener.open(url, data, timeout=TIMEOUT_SECONDS) as response:
                    self.url = response.url
                    return str(response.read().decode())
            except HTTPError as error:
                if error.code < 500:
                    return error.read().decode()
                self.refused.append(f"{url} {error.code}")
            except (OSError, HTTPException):
                pass  # broken off in the middle of an answer, too
            if time.monotonic() > deadline:
                raise TimeoutError(f"{url} gave no answer for {GIVE_UP_SECONDS} s")
            time.sleep(0.3)
