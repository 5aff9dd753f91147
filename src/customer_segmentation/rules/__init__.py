"""Rule segments: rows written by the business, checked and compiled into one statement."""
