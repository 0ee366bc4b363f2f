"""moto's server on loopback, with the report beside it."""

import json
import os
from collections.abc import Callable, Iterable
from typing import Any

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import BaseWSGIServer, make_server

from . import lookups, mends
from .aws import use_endpoint
from .model import EMULATED
from .report import report

HOST = "127.0.0.1"
REPORT_PATH = "/regulated-ml/report"


class QuietRequestHandler(MotoRequestHandler):
    """Speaks of moto's own failures only: the CLI asks for much that is not there yet."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        if str(code).startswith("5"):
            super().log_request(code, size)


class Application:
    """moto's dispatcher, and one path of ours."""

    def __init__(self) -> None:
        self.moto = DomainDispatcherApplication(create_backend_app)

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ.get("PATH_INFO") == REPORT_PATH:
            start_response("200 OK", [("Content-Type", "application/json")])
            return [json.dumps({**report.to_json(), "handlers": sorted(EMULATED)}).encode()]
        return self.moto(environ, start_response)


def bind(port: int = 0) -> tuple[BaseWSGIServer, str]:
    """
    Bind to loopback. The address says `localhost`: with `127.0.0.1` moto takes the first number for a bucket's name.

    :param port: 0 for a free one
    """
    mends.apply()
    lookups.remember()
    server = make_server(HOST, port, Application(), threaded=True, request_handler=QuietRequestHandler)
    url = f"http://localhost:{server.server_port}"
    os.environ["MOTO_PORT"] = str(server.server_port)
    use_endpoint(url)
    return server, url
