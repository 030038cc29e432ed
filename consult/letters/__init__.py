"""Stage 3: departments are asked by letter and answer officially."""
