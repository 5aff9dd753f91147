"""Pages over the published files for people who do not write SQL: `make app` (docs/app.md)."""
