"""What a process that cleans pages has done before its first page: its imports, and a page that nobody needs.

To import this module is to do it. The server that children are forked from imports it once, so a child starts in a few
milliseconds and shares its memory with the others.
"""

import os
import signal
from typing import Final

from pagewitness.scraper.clean import clean_text

_PAGE: Final = (
    b"<html lang=en><head><title>A page to warm up</title></head><body><main><h1>A page to warm up</h1>"
    + b"<p>A sentence that makes the parsers load what they need before the memory is counted.</p>" * 8
    + b"</main></body></html>"
)

# Ctrl-C goes to the whole group; the parent decides when we end.
signal.signal(signal.SIGINT, signal.SIG_IGN)
# OpenBLAS takes address space for each of its threads, and a process with threads must not be forked.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")
clean_text(_PAGE, None)
