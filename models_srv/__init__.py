"""Models: inference, prompts, training and evaluation. Pure Python, no Django import."""
