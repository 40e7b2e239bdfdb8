"""How the starter models are made and measured. Nothing of it is needed to run them."""
