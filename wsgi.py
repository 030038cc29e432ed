"""What a web server loads: `granian --interface wsgi wsgi:app`."""

import ctypes
import gc
import os
import signal

from consult.wiring.app import create_app, warm

if os.environ.get("DIE_WITH_PARENT"):
    # scripts/run: a worker must not outlive a server that was killed, it would keep the port
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)

app = create_app()
warm(app)
gc.collect()
gc.freeze()  # what lives as long as the process need not be looked through at every collection
