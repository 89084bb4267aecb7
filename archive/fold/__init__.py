"""From evidence to history: the judge compares what observations showed, and the fold writes revisions and presence."""
