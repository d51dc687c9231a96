"""`pravah` for a shell whose every call is a fork of one process that has loaded all: to load it takes two seconds."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from orchestration.cli import main

# What stands as `pravah` on the path: it hands on words, folder, environment and streams, and ends as the fork ends.
CALL = """\
#!{python} -ISE
import json, os, socket, sys
with socket.socket(socket.AF_UNIX) as call:
    call.connect("{door}")
    said = json.dumps([sys.argv[1:], os.getcwd(), dict(os.environ)]).encode()
    socket.send_fds(call, [said], [0, 1, 2])
    call.shutdown(socket.SHUT_WR)
    sys.exit(int(call.recv(9)))
"""
MOST = 1 << 20


@contextmanager
def warmed() -> Iterator[str]:
    """A folder with such a `pravah`, which answers until the block ends."""
    # The name of a socket has to be short.
    with TemporaryDirectory() as folder:
        command, door = Path(folder, "pravah"), Path(folder, "door")
        command.write_text(CALL.format(python=sys.executable, door=door), encoding="utf-8")
        command.chmod(0o700)
        with subprocess.Popen([sys.executable, "-m", __name__, door], stdout=subprocess.PIPE, text=True) as server:
            assert server.stdout is not None and server.stdout.readline() == "open\n"
            yield folder
            server.terminate()


def serve(door: str) -> None:
    """Answer calls one after the other."""
    import great_expectations.data_context  # noqa: F401  (a run would load it)

    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(door)
        listening.listen()
        print("open", flush=True)
        while True:
            call, _ = listening.accept()
            said, streams, *_ = socket.recv_fds(call, MOST, 3)
            said += call.makefile("rb").read()
            if os.fork() == 0:
                call.send(str(answer(*json.loads(said), streams)).encode())
                os._exit(0)
            for stream in (*streams, call.detach()):
                os.close(stream)
            os.wait()


def answer(words: list[str], folder: str, environment: dict[str, str], streams: list[int]) -> int:
    """Be the called process; its exit code."""
    for place, stream in enumerate(streams):
        os.dup2(stream, place)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["pravah", *words]
    code = 0
    try:
        main()
    except SystemExit as end:
        code = int(end.code or 0)
    sys.stdout.flush()
    return code


if __name__ == "__main__":
    serve(sys.argv[1])
