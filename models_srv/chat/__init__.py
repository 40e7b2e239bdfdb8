"""From a conversation to token ids and back: what a model's own chat template makes of it."""
