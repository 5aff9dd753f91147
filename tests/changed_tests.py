"""Print the pytest files that changed since a commit, or that import a module that did."""

import subprocess
import sys
from pathlib import Path

TESTS = Path("tests/python")


def changed_files(base: str) -> set[Path]:
    """Files that differ from ``base`` in the working tree, new ones included."""
    commands = (
        ("diff", "--name-only", "--diff-filter=d", base),
        ("ls-files", "--others", "--exclude-standard"),
    )
    return {
        Path(line)
        for command in commands
        for line in subprocess.run(
            ["git", *command], check=True, capture_output=True, text=True
        ).stdout.splitlines()
    }


def tests_of(changed: set[Path]) -> list[str]:
    """The test files to run for ``changed`` files."""
    modules = {
        ".".join(path.relative_to("src").with_suffix("").parts)
        for path in changed
        if path.is_relative_to("src") and path.suffix == ".py"
    }
    helpers = {path.stem for path in changed if path.parent == TESTS}
    found = []
    for test in sorted(TESTS.glob("test_*.py")):
        text = test.read_text(encoding="utf-8")
        imports = any(f"from {name} import" in text for name in modules | helpers)
        if test in changed or imports:
            found.append(str(test))
    return found


if __name__ == "__main__":
    print(*tests_of(changed_files(sys.argv[1])))
