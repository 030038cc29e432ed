"""The commands: each calls one stage function and prints what came of it."""
