"""Stage 2: a citizen's words become a stored comment and a receipt."""
