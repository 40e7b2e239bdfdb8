"""A snapshot told in words: the dataset card as the Hugging Face hub shows it, and a citation. Pure."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

SOURCES = {
    "person": "people",
    "critic": "the critic (a model)",
    "checker": "a checker (a program)",
    "simulated": "simulated annotators (programs, not people)",
}
LIMITS = [
    "Labels of different sources differ in how far they can be believed: `p_w` and `p_l` say how far, "
    "as measured on what people judged too; 1 and 0 mean that it was taken as given.",
    "`weight` corrects for how rows were sampled, and for nothing else.",
    "Texts were written by models and by people who try to make models fail: some may be wrong, "
    "offensive or harmful.",
    "Validation is split off by cluster of queries, not at random: near-copies stay on one side.",
]


@dataclass(frozen=True)
class SnapshotStory:
    """What a card needs to know. `facts` as `gathered_facts` made them, empty for old snapshots."""

    slug: str
    campaign: str
    sha256: str
    hash_version: int
    name: str
    note: str
    licence: str
    made: date
    train: int
    validation: int
    taken: str
    facts: Mapping[str, Any]

    @property
    def title(self) -> str:
        return self.name or f"{self.campaign}: preferences of {self.made.isoformat()}"

    @property
    def rows(self) -> int:
        return self.train + self.validation


def filter_words(filters: Mapping[str, Any]) -> str:
    """Say which preferences were taken, as a sentence."""
    parts = []
    if sources := filters.get("sources"):
        parts.append("labels of " + " and ".join(SOURCES[each] for each in sources))
    if kinds := filters.get("kinds"):
        parts.append(f"{' and '.join(kinds)} pairs")
    if nodes := filters.get("nodes"):
        parts.append(f"queries of kind {', '.join(nodes)}")
    if belief := filters.get("least_belief"):
        parts.append(f"labels right with probability {belief:g} or more, either way round")
    if "first_round" in filters or "last_round" in filters:
        first, last = filters.get("first_round"), filters.get("last_round")
        parts.append(_between("rounds", first, last))
    if "since" in filters or "until" in filters:
        parts.append(_between("days", filters.get("since"), filters.get("until")))
    if filters.get("simulated") is False:
        parts.append("no labels of simulated annotators")
    if not parts:
        return "All preferences that stood when it was made."
    return f"Of the preferences that stood when it was made: {'; '.join(parts)}."


def _between(what: str, first: Any, last: Any) -> str:
    if first is None:
        return f"{what} up to {last}"
    return f"{what} from {first} on" if last is None else f"{what} {first} to {last}"


def dataset_card(story: SnapshotStory) -> str:
    """Return Markdown with YAML front matter, as a dataset's README on the Hugging Face hub."""
    return "\n".join([*_front_matter(story), "", *_body(story), ""])


def _front_matter(story: SnapshotStory) -> list[str]:
    return [
        "---",
        f"pretty_name: {json.dumps(story.title, ensure_ascii=False)}",
        # YAML takes JSON as it is, whatever a name has in it.
        *([f"license: {json.dumps(story.licence, ensure_ascii=False)}"] if story.licence else []),
        "tags:",
        "- preference",
        "- dpo",
        "- human-feedback",
        f"size_categories:\n- {_size(story.rows)}",
        "configs:\n- config_name: default\n  data_files: preferences.jsonl",
        "---",
    ]


def _size(rows: int) -> str:
    steps = ["1K", "10K", "100K", "1M", "10M"]
    bounds = [1e3, 1e4, 1e5, 1e6, 1e7]
    place = sum(rows >= bound for bound in bounds)
    if place == 0:
        return "n<1K"
    return f"{steps[place - 1]}<n<{steps[place]}" if place < len(steps) else "n>10M"


def _body(story: SnapshotStory) -> list[str]:
    facts = story.facts
    return [
        f"# {_one_line(story.title)}",
        "",
        *([_quoted(story.note), ""] if story.note else []),
        f"{story.rows} preferences of the campaign {_one_line(story.campaign)}: {story.train} to train "
        f"on, {story.validation} for validation. {story.taken}",
        "",
        f"Content hash (sha256, version {story.hash_version}): `{story.sha256}`",
        "",
        *_counts("Who said so", facts.get("by_source", []), SOURCES),
        *_counts("What kind of pair", facts.get("by_kind", [])),
        *_counts("Kinds of query", facts.get("by_node", []), {"": "none given"}),
        *_counts(
            "Whose answers were preferred",
            [(_version(name), n) for name, n in facts.get("by_version", [])],
        ),
        *_trust(facts),
        *_leaks(facts),
        *_harm(facts),
        "## Licence",
        "",
        story.licence or "Not stated. Ask who made it before you pass it on.",
        "",
        "## Known limits",
        "",
        *(f"- {each}" for each in LIMITS),
        "",
        "## Citation",
        "",
        "```bibtex",
        citation(story).rstrip(),
        "```",
    ]


def _version(name: str) -> str:
    """Name who wrote an answer: a model's version, a person, or whoever did in a file."""
    name, _, revision = name.rpartition("@")
    if revision == "0":
        return {"imported": "not said in the file", "person": "a person"}.get(name, name)
    return f"{name}, revision {revision}"


def _counts(
    title: str, rows: Sequence[Sequence[Any]], words: Mapping[str, str] | None = None
) -> list[str]:
    if not rows:
        return []
    told = [f"| {_one_line((words or {}).get(name, name))} | {n} |" for name, n in rows]
    return [f"## {title}", "", "| which | rows |", "|---|---:|", *told, ""]


def _trust(facts: Mapping[str, Any]) -> list[str]:
    if not facts:
        return []
    agreement = facts["agreement"]
    lines = ["## How far to believe it", ""]
    if agreement["pairs"]:
        share = agreement["agreeing"] / agreement["pairs"]
        lines.append(
            f"Two people who judged the same pair named the same answer {share:.0%} of the time "
            f"({agreement['pairs']} comparisons on {agreement['items']} items)."
        )
    else:
        lines.append("No pair was judged by two people, so that their agreement is not known.")
    lines += [
        "",
        "Of a hundred pairs in which a person prefers the first answer, a source says so of `p_w` "
        "times a hundred; of a hundred in which a person prefers the other one, it still says the "
        "first of `p_l` times a hundred. Below are the means over the rows, and in how many of them "
        "they were measured.",
        "",
        "| source | mean p_w | mean p_l | measured | rows |",
        "|---|---:|---:|---:|---:|",
    ]
    lines += [
        f"| {SOURCES.get(row['source'], row['source'])} | {row['p_w']:.3f} | {row['p_l']:.3f} "
        f"| {row['measured']} | {row['rows']} |"
        for row in facts["reliability"]
    ]
    return [*lines, ""]


def _leaks(facts: Mapping[str, Any]) -> list[str]:
    if not facts:
        return []
    leaks = facts["leaks"]
    return [
        "## Leaks",
        "",
        f"- Clusters of queries on both sides of the split: {leaks['clusters_on_both_sides']}.",
        "- Rows near a held-out query: 0"
        f" ({leaks['near_held_out_left_out']} were left out for that reason).",
        "- Held-out queries themselves: none, the database refuses them.",
        "",
    ]


def _harm(facts: Mapping[str, Any]) -> list[str]:
    if not facts.get("harm"):
        return []
    tagged = [f"- {_one_line(node)}: {words.lower()}" for node, words in facts["harm"].items()]
    return ["## Hard to bear", "", "Kinds of query tagged as harmful:", "", *tagged, ""]


def citation(story: SnapshotStory) -> str:
    """Return a BibTeX entry."""
    title = _one_line(story.title).replace("{", "(").replace("}", ")").replace("\\", "/")
    return (
        f"@misc{{{story.slug}-{story.sha256[:12]},\n"
        f"  title = {{{title}}},\n"
        f"  year = {{{story.made.year}}},\n"
        f"  note = {{{story.rows} preferences, sha256:{story.sha256}}}\n"
        "}\n"
    )


def _one_line(text: str) -> str:
    """A text within a table or a heading: neither breaks it."""
    return " ".join(text.split()).replace("|", "\\|")


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}" for line in text.splitlines())
