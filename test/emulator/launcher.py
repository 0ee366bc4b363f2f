"""
Starts the mended moto server on loopback and says where, as one line of JSON.

    python test/emulator/launcher.py [--port 5000]

Ends with SIGTERM or SIGINT, or when the process that started it has gone, and prints the report then, as one more line of JSON.
"""

import argparse
import json
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable

# before any import of boto3 or moto: no call may leave loopback with somebody's credentials
os.environ.update(
    {
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_SESSION_TOKEN": "testing",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    }
)
os.environ.pop("AWS_PROFILE", None)

from moto_launcher.report import report
from moto_launcher.server import bind


def main() -> int:
    parser = argparse.ArgumentParser(description="moto's server, mended and extended for CDK deploys")
    parser.add_argument("--port", type=int, default=0, help="a loopback port; a free one by default")
    port = parser.parse_args().port
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
    server, url = bind(port)

    def stop(*_: object) -> None:
        # shutdown waits for the loop that this very thread may be running
        threading.Thread(target=server.shutdown, daemon=True).start()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    threading.Thread(target=_stop_with_parent, args=(os.getppid(), stop), daemon=True).start()
    print(json.dumps({"url": url, "pid": os.getpid()}), flush=True)
    server.serve_forever()
    print(json.dumps(report.to_json(probe=False)), flush=True)
    return 0


def _stop_with_parent(parent: int, stop: Callable[[], None]) -> None:
    while os.getppid() == parent:
        time.sleep(1)
    stop()


if __name__ == "__main__":
    sys.exit(main())
