"""A port that is taken is told in one line, and nothing of the server that answers there is touched."""

from __future__ import annotations

import socket
import subprocess
from pathlib import Path

from tests.server.serving import ATTAIN, environment_for


def test_a_taken_port_is_one_line_and_nothing_is_written(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        command = [*ATTAIN, "serve", "--port", str(port)]
        done = subprocess.run(command, env=environment_for(home), capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode != 0
    assert done.stdout == ""
    assert f"127.0.0.1:{port}: cannot listen there" in done.stderr
    assert "Traceback" not in done.stderr
    assert not home.exists()
