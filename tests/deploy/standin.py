"""In place of the portal: tells, from inside its unit, what a process there can see and reach."""

import json
import os
import socket
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any


def outcome(act: Callable[[], Any]) -> Any:
    try:
        return act()
    except OSError as fault:
        return type(fault).__name__


def listing(folder: str) -> Any:
    return outcome(lambda: sorted(path.name for path in Path(folder).iterdir()))


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        told = {
            "user": os.getuid(),
            "kept on the server": listing("/var/lib"),
            "home": listing("/var/lib/pravah"),
            "release": outcome(Path("/var/lib/pravah/releases/CURRENT").read_text),
            "settings": listing("/etc/pravah"),
            "writes a release": outcome(lambda: Path("/var/lib/pravah/releases/CURRENT").open("a").close()),
            "writes code": outcome(lambda: Path("/opt/pravah/README.md").open("a").close()),
            "opens dagster": outcome(lambda: socket.create_connection(("127.0.0.1", 3000), 2).close()),
            "opens a unix socket": outcome(lambda: socket.socket(socket.AF_UNIX).close()),
        }
        body = json.dumps(told).encode()
        self.send_response(200)
        self.end_headers()
        self.wfile.write(body)


HTTPServer(("127.0.0.1", 8501), Handler).serve_forever()
