"""Cross-examination: answers are asked about, asked for again, and held against what comes back.

After critiques and before routing, so that the evidence is there before anybody opens an item.
"""
