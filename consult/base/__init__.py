"""What every stage stands on: time, errors, text, database, files, people, audit, jobs."""
