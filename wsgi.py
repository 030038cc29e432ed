"""What a web server loads: `granian --interface wsgi wsgi:app`."""

import ctypes
import os
import signal

from consult.wiring.app import create_app

if os.environ.get("DIE_WITH_PARENT"):
    # scripts/run: a worker must not outlive a server that was killed, it would keep the port
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)

app = create_app()
