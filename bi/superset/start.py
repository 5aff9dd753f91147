"""Start Superset on this machine with the dashboards of the published file: ``make superset``.

    python bi/superset/start.py published/customer_segments.duckdb

The account is admin. Its password is SUPERSET_PASSWORD, or a new one that is printed. Superset
keeps its own database and key in target/superset.
"""

import os
import secrets
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer
from bundle import write

# Superset's pages load a picture from a host that counts users; browsers refuse it.
_CONFIG = """
from superset.config import TALISMAN_CONFIG

SECRET_KEY = {key!r}
SQLALCHEMY_DATABASE_URI = {uri!r}
TALISMAN_CONFIG["content_security_policy"]["img-src"] = ["'self'", "blob:", "data:"]
TALISMAN_CONFIG["content_security_policy"]["connect-src"] = ["'self'"]
"""
# In the environment with Superset: a command line would show the password to everybody.
_ACCOUNT = """
import os

from superset.app import create_app

app = create_app()
with app.app_context():
    accounts, password = app.appbuilder.sm, os.environ["SUPERSET_PASSWORD"]
    if account := accounts.find_user("admin"):
        accounts.reset_password(account.id, password)
    else:
        role = accounts.find_role("Admin")
        accounts.add_user("admin", "Superset", "Admin", "admin@localhost", role, password)
"""


def main(
    published: Annotated[Path, typer.Argument(help="The published file.")],
    environment: Annotated[Path, typer.Option(help="The environment with Superset.")] = Path(
        ".venv-superset"
    ),
    home: Annotated[Path, typer.Option(help="Superset's own files.")] = Path("target/superset"),
    port: int = 8088,
) -> None:
    """Import the dashboards and serve them until the process is stopped."""
    if not published.exists():
        sys.exit(f"{published}: nothing is published there; run `make build` first")
    home.mkdir(parents=True, exist_ok=True)
    home.chmod(0o700)
    config = home / "superset_config.py"
    if not config.exists():
        uri = f"sqlite:///{home.absolute() / 'superset.db'}?check_same_thread=false"
        config.write_text(_CONFIG.format(key=secrets.token_hex(32), uri=uri), encoding="utf-8")
        config.chmod(0o600)
    settings = {
        **os.environ,
        "FLASK_APP": "superset",
        "SUPERSET_CONFIG_PATH": str(config.absolute()),
        "SUPERSET_HOME": str(home.absolute()),
        "PYTHONWARNINGS": "ignore",
    }
    settings["SUPERSET_PASSWORD"] = password = os.environ.get(
        "SUPERSET_PASSWORD"
    ) or secrets.token_urlsafe(12)

    def run(program: str, *arguments: str) -> None:
        with (home / "log.txt").open("a") as log:
            done = subprocess.run(
                [environment / "bin" / program, *arguments],
                env=settings,
                stdout=log,
                stderr=subprocess.STDOUT,
                check=False,
            )
        if done.returncode:
            sys.exit(f"Superset does not start; see {home / 'log.txt'}")

    print(f"preparing Superset in {home}, about a minute ...", flush=True)
    write(published, home / "bundle")
    run("superset", "db", "upgrade")
    run("superset", "init")
    run("python", "-c", _ACCOUNT)
    run("superset", "import-directory", "--overwrite", str(home / "bundle"))
    print(f"http://127.0.0.1:{port}/dashboard/list/ account admin, password {password}", flush=True)
    run("superset", "run", "--host", "127.0.0.1", "--port", str(port))


if __name__ == "__main__":
    typer.run(main)
