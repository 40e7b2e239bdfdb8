"""How the text of a model is read for the page: Markdown, formulas, places, colours of code."""
