"""A draft contract from a sample file. Guessing is allowed here and nowhere else; each guess says why."""
