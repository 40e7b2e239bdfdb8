"""Models from the shell, without Django and without a database: `python -m models_srv.cli`."""
