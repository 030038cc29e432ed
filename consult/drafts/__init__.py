"""Stage 1: a text becomes a published, open project."""
