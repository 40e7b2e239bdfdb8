"""Domains: how queries are drawn, what is true, how an answer is tampered with. One folder each."""
