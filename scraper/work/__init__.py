"""The work on pages: a visit from request to revision, worker processes, imports, recleaning, the schedule."""
