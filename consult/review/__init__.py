"""Stage 4: opinions are grouped and ruled on."""
