"""docs/privacy.md names existing tests, and no build uses the network."""

import os
import re
import subprocess
from pathlib import Path

import pytest
from project import REPOSITORY, Project

PAGE = (REPOSITORY / "docs" / "privacy.md").read_text(encoding="utf-8")
TABLE_ROWS = [
    line for line in PAGE.splitlines() if line.startswith("| ") and "promise |" not in line
]

# Records and refuses every attempt to resolve a host or to connect.
NO_NETWORK = """
import os
import socket

def refuse(*arguments, **options):
    with open(os.environ["CONNECTIONS"], "a") as file:
        file.write(repr(arguments[-1]) + "\\n")
    raise OSError("no network here")

connect = socket.socket.connect
socket.getaddrinfo = refuse
socket.socket.connect = lambda self, address: (
    connect(self, address) if self.family == socket.AF_UNIX else refuse(address)
)
"""


@pytest.mark.parametrize("row", TABLE_ROWS, ids=lambda row: row[2:50])
def test_every_promise_names_tests_that_exist(row: str) -> None:
    names = re.findall(r"`([\w.:]+)`", row.rsplit("|", 2)[1])
    assert names
    for name in names:
        if "::" in name:
            file, test = name.split("::")
            code = (REPOSITORY / "tests" / "python" / file).read_text(encoding="utf-8")
            assert f"\ndef {test}(" in code, name
        else:
            units = (path.read_text("utf-8") for path in (REPOSITORY / "models").rglob("*.yml"))
            singular = REPOSITORY / "tests" / "singular" / f"{name}.sql"
            assert singular.is_file() or any(f"- name: {name}\n" in text for text in units), name


@pytest.mark.end_to_end
def test_a_build_opens_no_connection(built: Project, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(NO_NETWORK, encoding="utf-8")
    connections = tmp_path / "connections.txt"
    environment = {
        **built.environment,
        "PYTHONPATH": os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")]),
        "CONNECTIONS": str(connections),
    }
    environment.pop("GX_ANALYTICS_ENABLED", None)
    run = subprocess.run(
        # With Great Expectations and fitted models.
        built.command("build", "--select", "gate_service", "prospect_model"),
        cwd=built.root,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout[-4000:]
    assert not connections.exists(), connections.read_text(encoding="utf-8")
