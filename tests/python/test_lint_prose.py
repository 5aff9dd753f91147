"""The linter of prose finds odd sentences, and nothing else."""

from pathlib import Path

import pytest
from lint_prose import broken_rules, findings, sentences


@pytest.mark.parametrize(
    ("kind", "text", "rules"),
    [
        ("prose", "A customer without orders is a prospect.", []),
        ("prose", "Who has no orders is a prospect.", ["begin with the subject"]),
        ("prose", "It counts. Of these the last one counts.", ["begin with the subject"]),
        ("prose", "Where do landing tables come from?", []),
        ("prose", "A build says e.g. What failed.", []),
        ("prose", "He is a prospect.", ["write they, or the customer"]),
        ("prose", "word " * 35, []),
        ("prose", "word " * 36, ["a sentence has at most 35 words"]),
        ("column", "Net value of the last order.", []),
        ("column", "Their net value.", ["a description stands alone"]),
        ("name", "unseen_customers_are_unknown", []),
        ("name", "who_is_not_seen_is_unknown", ["begin with the subject"]),
        ("name", "_".join(["word"] * 13), ["a name has at most 12 words"]),
    ],
)
def test_a_sentence_breaks_the_expected_rules(kind: str, text: str, rules: list[str]) -> None:
    assert [rule for rule, _ in broken_rules(kind, text)] == rules


def test_code_and_links_are_no_sentences() -> None:
    text = "See [the guide](docs/a.md). `Who` is **a column**; What is code (`a. B`)"
    assert sentences(text) == ["See the guide.", "Code is a column;", "What is code (Code)"]


@pytest.mark.parametrize(
    ("name", "content", "lines"),
    [
        ("a.sql", "-- A row.\n\n-- Who is\n-- in.\nselect 1 -- what else\n", [3, 5]),
        ("a.sql", "{#- Of all.\n\n    Where it is. -#}\n", [1, 3]),
        (
            "a.md",
            "# Who reads?\n\n- A list.\n- Who is in.\n\n```\nwho\n```\n| a | who b |\n",
            [4, 9],
        ),
        (
            "a.yml",
            "# Who writes.\nmodels:\n  - name: a\n    description: Who.\n"
            "    columns:\n      - name: b\n        description: Its size.\n"
            "unit_tests:\n  - name: who_is_in\n    given:\n      - rows: [{description: Who.}]\n",
            [1, 4, 7, 9],
        ),
        (
            "a.py",
            '"""Who.\n\nArgs:\n    a: what it is.\n"""\n# Who.\ndef test_who() -> None: ...\n',
            [1, 4, 6, 7],
        ),
    ],
)
def test_prose_is_found_in_every_kind_of_file(
    tmp_path: Path, name: str, content: str, lines: list[int]
) -> None:
    file = tmp_path / name
    file.write_text(content, encoding="utf-8")
    assert sorted(finding.line for finding in findings(file)) == lines


def test_rows_of_fixtures_are_data(tmp_path: Path) -> None:
    folder = tmp_path / "fixtures"
    folder.mkdir()
    (folder / "a.md").write_text("Who is in.", encoding="utf-8")
    assert findings(folder / "a.md") == []
