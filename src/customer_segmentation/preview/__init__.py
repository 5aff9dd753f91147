"""Rules, audiences and suppressions on the last build, before the next one (docs/preview.md)."""
