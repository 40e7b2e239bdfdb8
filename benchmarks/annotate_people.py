"""The people of the annotation benchmark: threads that answer card after card as a browser would.

Reads one JSON job from standard input, writes one JSON result. A cycle is what lies between two
cards: the answer is sent, saved, the next item leased and its card read.
"""

import json
import random
import re
import sys
import threading
import time
from html import unescape
from http.client import HTTPConnection
from urllib.parse import urlencode, urlsplit

WARM_UP_SECONDS = 2.0
# Whoever reads what they judge comes back on another connection: the server drops one that is idle for
# two seconds. For ever on the same ones, a run's p95 would say how they fell to the web processes.
CONNECTED_SECONDS = 2.0
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')
VERDICT = re.compile(r'name="(verdict-\d+)" value="valid"')
SUBMIT = re.compile(r'hx-post="([^"]+/submit/)"')


class Person(threading.Thread):
    """One annotator on a connection of two seconds or so. `cycles` are (end, seconds)."""

    def __init__(self, job: dict, cookie: str, start: threading.Event) -> None:
        super().__init__(daemon=True)
        self.job, self.start_together = job, start
        self.cookies = {job["session_cookie"]: cookie}
        self.connection = HTTPConnection(urlsplit(job["base_url"]).netloc, timeout=60)
        self.cycles: list[tuple[float, float]] = []
        self.errors: list[str] = []
        self.saved = 0
        self.renew_at = time.monotonic() + CONNECTED_SECONDS * (1 + random.random())

    def run(self) -> None:
        try:
            page = self._first_card()
            self.start_together.wait()
            end = time.monotonic() + WARM_UP_SECONDS + self.job["seconds"]
            while time.monotonic() < end:
                started = time.monotonic()
                if started >= self.renew_at:
                    self.connection.close()
                    self.renew_at += CONNECTED_SECONDS
                page = self._answer(page)
                now = time.monotonic()
                self.cycles.append((now, now - started))
        except Exception as error:  # noqa: BLE001 -- counted and shown by the parent
            self.errors.append(f"{type(error).__name__}: {error}")

    def _first_card(self) -> str:
        slug = self.job["slug"]
        self._open("GET", f"/annotate/next/{slug}/")
        location = self._open("POST", f"/annotate/lease/{slug}/", [], htmx=False)
        return self._open("GET", location)

    def _answer(self, page: str) -> str:
        action = SUBMIT.search(page)
        if not action:
            raise RuntimeError(f"no card but: {page[:200]!r}")
        form = page[page.index('id="answer"') : page.index('id="skip"')]
        fields = {name: unescape(value) for name, value in HIDDEN.findall(form)}
        pairs = [pair for pair in HIDDEN.findall(form) if pair[0] == "critique"]
        fields.update(dict.fromkeys(VERDICT.findall(form), "valid"))
        fields.update(preference="6", seconds="12.5")
        fields.pop("critique", None)
        page = self._open("POST", action[1], [*fields.items(), *pairs])
        if "Saved" not in page:
            raise RuntimeError(f"not saved: {page[:200]!r}")
        self.saved += 1
        return page

    def _open(
        self, method: str, path: str, fields: list | None = None, htmx: bool | None = None
    ) -> str:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        body = None
        if method == "POST":
            headers["X-CSRFToken"] = self.cookies[self.job["csrf_cookie"]]
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            if htmx is not False:
                headers["HX-Request"] = "true"
            body = urlencode(fields or [])
        self.connection.request(method, path, body, headers)
        response = self.connection.getresponse()
        text = response.read().decode()
        for cookie in response.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        if response.status == 302:
            return response.headers["Location"]
        if response.status != 200:
            raise RuntimeError(f"{path} answered {response.status}")
        return text


def main() -> None:
    job = json.load(sys.stdin)
    start = threading.Event()
    people = [Person(job, cookie, start) for cookie in job["cookies"]]
    for person in people:
        person.start()
    time.sleep(1.0)
    begun = time.monotonic()
    start.set()
    for person in people:
        person.join()
    print(json.dumps(summary(people, begun + WARM_UP_SECONDS, job["seconds"])))


def summary(people: list[Person], begun: float, seconds: float) -> dict:
    """Cycles per second and quantiles over what ended inside the measured time."""
    cycles = sorted(
        spent for p in people for ended, spent in p.cycles if begun <= ended <= begun + seconds
    )
    errors = [error for person in people for error in person.errors]
    figures = {
        f"p{share}_ms": round(cycles[len(cycles) * share // 100] * 1000, 1) if cycles else None
        for share in (50, 95, 99)
    }
    return {
        "cycles_per_s": round(len(cycles) / seconds, 1),
        **figures,
        "saved": sum(person.saved for person in people),
        "errors": len(errors),
        "first_error": errors[0] if errors else "",
    }


if __name__ == "__main__":
    main()
