"""Permissions of the files that a run writes."""

import os
from pathlib import Path


def keep_private(umask: str, database: str | None) -> str | None:
    """Let only their owner read new files of this process, and the build database.

    The mask of the process is set, because DuckDB also writes a write-ahead log and temporary
    files. The database already exists, because dbt has connected to it.

    Args:
        umask: the permissions to remove, as in a shell: ``077`` removes all permissions of others,
            ``027`` lets the group read.
        database: the build database of DuckDB, if there is one.

    Returns:
        The problem of ``umask``, or None.
    """
    if len(umask) != 3 or umask[0] != "0" or not set(umask) <= set("01234567"):
        return f"SEGMENTS_UMASK is '{umask}'; expected three octal digits from 000 to 077"
    mask = int(umask, 8)
    os.umask(mask)
    for name in (database, f"{database}.wal") if database else ():
        file = Path(name)
        if file.is_file() and file.stat().st_mode & mask:
            file.chmod(0o666 & ~mask)
    return None
