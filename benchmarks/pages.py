"""How long admins' pages take with a million items: each page asked again and again of the real server.

    python -m benchmarks.pages --sizes 10000 200000 --times 10

Each size is a campaign that `seed_campaign` makes, all in one database. The last line is one JSON object:
of each page, at the largest size, the median and the 95th percentile in ms, the queries that it makes,
and the ratio of the medians to that of the smallest size.
"""

import argparse
import json
import os
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

SIZES = [10_000, 1_000_000]
WARM = 2


def main() -> None:
    options = _options()
    var = Path(options.var or tempfile.mkdtemp(prefix="oversight-pages-"))
    try:
        from benchmarks.annotate import Server, provide

        provide(var)
        for size in options.sizes:
            _provide_campaign(size)
        admin = _provide_admin()
        with Server(var) as base_url:
            found = {size: _measure(base_url, size, admin, options.times) for size in options.sizes}
    finally:
        if not options.var:
            _stop_and_remove(var)
    least, most = found[min(found)], found[max(found)]
    for name, page in most.items():
        page["ratio"] = round(page["p50_ms"] / least[name]["p50_ms"], 2) if name in least else None
    print(json.dumps({"pages": most}), flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="items of a campaign")
    parser.add_argument("--times", type=int, default=20, help="how often each page is asked")
    parser.add_argument("--var", help="keep the database here and use it again")
    return parser.parse_args()


def _provide_campaign(size: int) -> None:
    from django.core.management import call_command

    from oversight.models import Campaign

    call_command("migrate", verbosity=0)
    if not Campaign.objects.filter(slug=f"seed-{size}").exists():
        call_command("seed_campaign", items=size)


def _provide_admin() -> dict[str, Any]:
    """Return somebody who administers the campaigns, with the cookie of a session."""
    from benchmarks.annotate_items import provide_people
    from oversight.models import Campaign, CampaignMember

    (person,) = provide_people(1)
    for campaign in Campaign.objects.filter(slug__startswith="seed-"):
        CampaignMember.objects.get_or_create(campaign=campaign, user=person["user"], role="owner")
    return person


def pages_of(slug: str) -> dict[str, str]:
    """Return the addresses of a campaign's pages, by name: lists, their filters and orders, searches."""
    from oversight.models import Campaign, ItemTag

    campaign = Campaign.objects.get(slug=slug)
    one = f"/campaigns/{slug}/"
    items, queries = f"{one}items/", f"{one}queries/"
    person = campaign.members.filter(role="annotator").first()
    item = campaign.items.order_by("-pk").filter(state="closed").first()
    version = campaign.training_runs.latest("pk").result_version_id
    assert person
    assert item
    ItemTag.objects.get_or_create(
        campaign=campaign, item=item, tag="odd", defaults={"created_by": person.user}
    )
    filters = {
        "open": "state=open", "withdrawn": "state=withdrawn", "round": "round=1", "gold": "kind=gold",
        "by a person": f"by={person.user_id}", "disagreement": "disagreement=yes&sort=disagreement",
        "flagged": "flag=open", "hidden critique": "arm=hidden", "unsure": "sure=.55&sort=unsure",
        "worth asking": "sort=priority&state=open", "answered": "sort=answered", "tag": "tag=odd",
        "a cluster": "cluster=cluster+apples+desks+two+steps", "since": "since=2020-01-01",
        "search": "q=apples", "search two": "q=apples+desks+noor", "search all": "q=how+many",
        "search in a round": "q=beads&round=2&disagreement=yes",
        "rare and common": "flag=open&state=closed&kind=pairwise", "nothing": "q=nosuchword",
    }  # fmt: skip
    return {
        "home": "/",
        "campaign": one,
        "round": f"{one}rounds/{campaign.rounds.latest('number').number}/",
        "models": f"{one}models/",
        "data": f"{one}data/",
        "members": f"{one}members/",
        "settings": f"{one}settings/",
        "a group of settings": f"{one}settings/judging/",
        "people": f"/annotate/people/{slug}/",
        "a person": f"/annotate/people/{slug}/{person.user_id}/",
        "audit log": f"{one}audit-log/",
        # What a page fetches once it is shown: it takes the longer the more there is.
        "campaign, after": f"{one}?effects=true",
        "data, after": f"{one}data/?counted=true",
        "known answers, after": f"{items}known/?answers=true",
        "flags": f"/annotate/flags/{slug}/",
        "reviews": f"/annotate/reviews/{slug}/",
        "reviews: done": f"/annotate/reviews/{slug}/?state=adjudicated",
        "reviews: why": f"/annotate/reviews/{slug}/?state=adjudicated&reason=flagged",
        "known answers": f"{items}known/",
        "item": f"{items}{item.pk}/",
        "labels behind": f"{one}versions/{version}/labels/",
        "training run": f"{one}runs/{campaign.training_runs.latest('pk').pk}/",
        "items": items,
        "answers": f"{items}answers/",
        **{f"items: {name}": f"{items}?{query}" for name, query in filters.items()},
        "queries": queries,
        "queries: search": f"{queries}?q=apples+desks",
        "queries: held out": f"{queries}?split=held_out",
        "queries: not used": f"{queries}?use=rejected",
        "queries: kind": f"{queries}?node=two+steps",
    }


def _measure(base_url: str, size: int, admin: dict[str, Any], times: int) -> dict[str, Any]:
    import httpx
    from django.conf import settings
    from tqdm import tqdm

    cookies = {settings.SESSION_COOKIE_NAME: admin["cookie"]}
    found: dict[str, Any] = {}
    with httpx.Client(base_url=base_url, cookies=cookies, timeout=120) as client:
        for name, address in tqdm(pages_of(f"seed-{size}").items(), desc=f"{size:,} items"):
            for _ in range(WARM):
                client.get(address)  # a cold list may be given up: what is measured is a warm one
            taken = [_ask(client, address) for _ in range(times)]
            found[name] = {
                "p50_ms": round(statistics.median(taken), 1),
                "p95_ms": round(sorted(taken)[max(0, round(len(taken) * 0.95) - 1)], 1),
                "queries": _queries(admin["user"], address),
            }
            tqdm.write(f"{size:>9,}  {name:<28} {json.dumps(found[name])}", file=sys.stderr)
    return found


def _ask(client: Any, address: str) -> float:
    started = time.perf_counter()
    response = client.get(address)
    taken = (time.perf_counter() - started) * 1000
    if response.status_code != 200:
        raise SystemExit(f"{address}: {response.status_code}")
    return taken


def _queries(user: Any, address: str) -> int:
    """Ask the same page in this process, where its queries can be counted."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(user)
    with CaptureQueriesContext(connection) as queries:
        client.get(address)
    return len(queries)


def _stop_and_remove(var: Path) -> None:
    from benchmarks.annotate import stop_and_remove

    stop_and_remove(var)
    shutil.rmtree(var, ignore_errors=True)


if __name__ == "__main__":
    os.environ.setdefault("LOG_LEVEL", "WARNING")
    main()
