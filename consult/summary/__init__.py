"""Stage 5: rulings become the table, the notice and the published result."""
