"""Rule segments: rows that the business writes, checked and compiled into one statement."""
