"""Answers that keep to every instruction of a query, put together by rule and not by a model."""

from models_srv.domains.instructions.queries import read_query


def right_answer(query: str) -> str:
    asked = {each.kind.name: each.slots for each in read_query(query)}
    count = lambda name: int(asked.get(name, {}).get("n", 0))  # noqa: E731
    body = ["leaves"] * max(1, count("many words"))
    if use := asked.get("words to use"):
        body += [use["word"], use["other"]]
    body += [asked.get("word several times", {}).get("word", "")] * count("word several times")
    body += ["[name]"] * count("blanks") + ["*this*"] * count("marked places")
    text = " ".join(body)
    if n := count("bullet points"):
        text = "\n".join([text, *["* leaves"] * n])
    if n := count("paragraphs"):
        text = "\n***\n".join([text, *["leaves"] * (n - 1)])
    if "beginning" in asked:
        text = f"{asked['beginning']['word']} {text}"
    if "ending" in asked:
        text += f" {asked['ending']['word']}"
    text = f"<<leaves>>\n{text}" if "title" in asked else text
    text = f'"{text}"' if "quotation marks" in asked else text
    text = f"{text}\nP.S. leaves" if "postscript" in asked else text
    text = text.lower() if "small letters" in asked else text
    return text.upper() if "capitals" in asked else text
