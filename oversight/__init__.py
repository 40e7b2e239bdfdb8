"""The shared records, the loop, routing, statistics, datasets, the REST API and every Celery task."""
