"""Files of every format for the tests of imports, and reading one in."""

import io
import json

from oversight.data.services.imports import ImportRequest, import_campaign


def jsonl(*rows):
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


def load(content, format_name="queries-jsonl", **fields):
    request = ImportRequest(
        **{"format": format_name, "slug": "new-one", "held_out_share": 0} | fields
    )
    return import_campaign(stream=io.BytesIO(content), request=request)


def solved(question, **solutions):
    models = {name: {"solution": text, "is_correct": False} for name, text in solutions.items()}
    return {"question": question, "ground_truth": "42", **models}


def judged(choices, **fields):
    row = {"instruction": "Greet.", "input": "", "cmp_key": "m_n"}
    row |= {"response1": "Hi", "response2": "Hello"} | fields
    return row | {f"annotator{number}": choice for number, choice in enumerate(choices, 1)}
