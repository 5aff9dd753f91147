"""Who may read the files that a run writes."""

import os
from pathlib import Path


def keep_private(umask: str, database: str | None) -> str | None:
    """Let only their owner read what this process writes from now on, and the build database.

    The mask of the process is set, because DuckDB makes files of its own: the write-ahead log, and
    what does not fit into memory. The database exists already, as dbt has just connected to it.

    Args:
        umask: the permissions to take away, as ``umask`` of a shell has them: ``077`` all of
            others, ``027`` lets the group read.
        database: the build database of DuckDB, if there is one.

    Returns:
        What is wrong with ``umask``, if anything is.
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
