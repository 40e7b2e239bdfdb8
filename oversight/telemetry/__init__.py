"""What operators see: log lines, metrics, traces, and which code this is. No texts, no keys."""
