"""
moto's server as it is, for tests that want AWS as moto plays it. Takes the arguments of `moto_server`.

    python test/emulator/plain_server.py -H 127.0.0.1 -p 5000
"""

import logging

from moto.server import main

from moto_launcher import lookups

# a line for each request
logging.getLogger("werkzeug").setLevel(logging.ERROR)
lookups.remember()
main()
