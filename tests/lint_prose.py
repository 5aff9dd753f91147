"""Lint the prose of the project: docs, descriptions, comments, docstrings and names of tests.

Readers must never need to read a sentence twice. There are few rules, and a better sentence fixes
each finding:

1. A sentence begins with its subject or a condition, not with a relative clause ("Who is in ...",
   "What cannot be read ...", "Of these ...", "Where nothing is ...").
2. A sentence has at most ``MAX_WORDS`` words.
3. A column description is a noun phrase that stands alone: it does not begin with a pronoun.
4. Odd words have a plain replacement (``PLAIN_WORDS``).
5. The name of a unit test has at most ``MAX_NAME_WORDS`` words and begins with its subject.
"""

import ast
import io
import re
import subprocess
import sys
import tokenize
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import yaml  # type: ignore[import-untyped]

MAX_WORDS = 35
MAX_NAME_WORDS = 12

_OPENING = re.compile(
    r"^(who|whoever|whom|whose|what|whatever|which|of|where|wherever|that which|how)\b", re.I
)
_PRONOUN = re.compile(r"^(it|its|they|their|them|those|these|this|that|he|she|his|her)\b", re.I)
PLAIN_WORDS = {
    r"\b(he|she|him|his|hers)\b": "they, or the customer",
    r"\bis told\b": "is published, or is known",
    r"\btells? of\b": "shows, or mentions",
    r"\bat no time\b": "never",
    r"\bthe least\b(?! squares)": "the minimum, or the smallest",
    r"\bbe it\b": "whether ... or ...",
    r"\bwhosoever\b|\bthereof\b|\bwherein\b|\bwhereby\b": "a shorter sentence",
}
_PLAIN = [(re.compile(pattern, re.I), better) for pattern, better in PLAIN_WORDS.items()]

# A full stop ends a sentence if a blank and a capital letter, quote or bracket follow.
_SENTENCE_END = re.compile(r"(?<=[.!?:;])[\"')\]]*\s+(?=[A-Z\"'(\[`])")
_ABBREVIATION = re.compile(r"\b(e\.g|i\.e|cf|Art|vs|approx|No|Fig|et al)\.$")


class Text(NamedTuple):
    """A paragraph of prose and its place."""

    file: str
    line: int
    kind: str
    text: str


class Finding(NamedTuple):
    """A sentence that breaks a rule."""

    file: str
    line: int
    rule: str
    sentence: str


def main(arguments: list[str]) -> int:
    """Returns 1 if a sentence breaks a rule. Without arguments, all files are read."""
    files = arguments or subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split("\n")
    found = [finding for file in files for finding in findings(Path(file))]
    for finding in found:
        print(f"{finding.file}:{finding.line}: {finding.rule}: {finding.sentence}")
    print(f"{len(found)} sentences to rewrite" if found else "prose: nothing to complain about")
    return 1 if found else 0


def findings(path: Path) -> list[Finding]:
    """The sentences of a file that break a rule."""
    return [
        Finding(text.file, text.line, rule, " ".join(text_of_rule.split())[:120])
        for text in texts(path)
        for rule, text_of_rule in broken_rules(text.kind, text.text)
    ]


def broken_rules(kind: str, text: str) -> Iterator[tuple[str, str]]:
    """Pairs of a rule and the sentence of ``text`` that breaks it.

    Args:
        kind: ``name`` (of a test), ``column`` (its description) or ``prose``.
        text: a paragraph; for a name, its words.
    """
    if kind == "name":
        words = text.split("_")
        if len(words) > MAX_NAME_WORDS:
            yield f"a name has at most {MAX_NAME_WORDS} words", text
        if _OPENING.match(" ".join(words)):
            yield "begin with the subject", text
        return
    for number, sentence in enumerate(sentences(text)):
        if _OPENING.match(sentence) and not sentence.endswith("?"):
            yield "begin with the subject", sentence
        elif kind == "column" and number == 0 and _PRONOUN.match(sentence):
            yield "a description stands alone", sentence
        if len(re.findall(r"[\w'-]+", sentence)) > MAX_WORDS:
            yield f"a sentence has at most {MAX_WORDS} words", sentence
        for pattern, better in _PLAIN:
            if pattern.search(sentence):
                yield f"write {better}", sentence


def sentences(text: str) -> list[str]:
    """The sentences of a paragraph, without code and links."""
    bare = re.sub(r"`+[^`]*`+", "Code", text)
    bare = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", bare)
    bare = re.sub(r"[*_]{2}|https?://\S+", "", bare)
    parts: list[str] = []
    for part in _SENTENCE_END.split(" ".join(bare.split())):
        if parts and _ABBREVIATION.search(parts[-1]):
            parts[-1] += " " + part
        else:
            parts.append(part)
    return [part for part in (part.strip(" -\"'") for part in parts) if part]


def texts(path: Path) -> Iterator[Text]:
    """The prose of a file."""
    if not path.is_file() or "fixtures" in path.parts:
        return
    readers = {
        ".md": _markdown,
        ".sql": _sql,
        ".yml": _yaml,
        ".yaml": _yaml,
        ".py": _python,
        ".toml": _hash_comments,
    }
    reader = readers.get(path.suffix, _hash_comments if path.name == "Makefile" else None)
    if reader:
        content = path.read_text(encoding="utf-8")
        for line, kind, text in reader(content):
            yield Text(str(path), line, kind, text)


def _paragraphs(
    lines: list[tuple[int, str]], kind: str = "prose"
) -> Iterator[tuple[int, str, str]]:
    """Paragraphs of numbered lines: a blank line, a gap, an item or a row of columns ends one."""
    block: list[tuple[int, str]] = []
    for number, line in lines:
        item = re.match(r"\s*([-*]|\d+[.)])\s+|\s*(?=\S+(?: \S+){,5} {2,}\S)", line)
        if block and (not line.strip() or item or number > block[-1][0] + 1):
            yield block[0][0], kind, " ".join(text for _, text in block)
            block = []
        if line.strip():
            block.append((number, line[item.end() :] if item else line))
    if block:
        yield block[0][0], kind, " ".join(text for _, text in block)


def _markdown(content: str) -> Iterator[tuple[int, str, str]]:
    lines, in_code = [], False
    for number, line in enumerate(content.split("\n"), 1):
        if line.lstrip().startswith("```"):
            in_code = not in_code
            lines.append((number, ""))
        elif in_code or line.startswith(("{%", "<")):
            lines.append((number, ""))
        elif line.startswith("#"):
            yield number, "prose", line.lstrip("#")
            lines.append((number, ""))
        elif line.lstrip().startswith("|"):
            for cell in line.strip().strip("|").split("|"):
                yield number, "prose", cell
            lines.append((number, ""))
        else:
            lines.append((number, line))
    yield from _paragraphs(lines)


def _sql(content: str) -> Iterator[tuple[int, str, str]]:
    lines = []
    for number, line in enumerate(content.split("\n"), 1):
        comment = re.search(r"(?:^|\s)--\s?(.*)$", line)
        if comment and not comment[1].startswith("depends_on"):
            if line[: comment.start()].strip():
                lines.append((number, ""))
            lines.append((number, comment[1]))
    yield from _paragraphs(lines)
    for comment in re.finditer(r"\{#-?(.*?)-?#\}", content, re.S):
        start = content.count("\n", 0, comment.start()) + 1
        numbered = [(start + offset, text) for offset, text in enumerate(comment[1].split("\n"))]
        yield from _paragraphs(numbered)


def _hash_comments(content: str) -> Iterator[tuple[int, str, str]]:
    lines = []
    for number, line in enumerate(content.split("\n"), 1):
        comment = re.match(r"\s*#+\s?(.*)$", line)
        if comment and not re.match(r"[-=!~ ]*$|!|---", comment[1]):
            lines.append((number, re.sub(r"^-{2,}|-{2,}$", "", comment[1])))
    yield from _paragraphs(lines)


def _yaml(content: str) -> Iterator[tuple[int, str, str]]:
    yield from _hash_comments(content)
    if "{%" in content:
        return
    yield from _yaml_texts(yaml.compose(content), "")


def _yaml_texts(node: Any, place: str) -> Iterator[tuple[int, str, str]]:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from _yaml_entry(key.value, value, place)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            yield from _yaml_texts(value, place)


def _yaml_entry(key: str, value: Any, place: str) -> Iterator[tuple[int, str, str]]:
    if not isinstance(value, yaml.ScalarNode):
        inner = key if key in ("columns", "unit_tests") else "" if key == "given" else place
        # Values of rows are data, not prose.
        if key not in ("rows", "given", "expect", "overrides"):
            yield from _yaml_texts(value, inner)
    elif key == "description" and not value.value.strip().startswith("{{"):
        kind = "column" if place == "columns" else "prose"
        numbered = [
            (value.start_mark.line + 1 + offset, text)
            for offset, text in enumerate(value.value.split("\n"))
        ]
        yield from _paragraphs(numbered, kind)
    elif key == "name" and place == "unit_tests":
        yield value.start_mark.line + 1, "name", value.value


def _python(content: str) -> Iterator[tuple[int, str, str]]:
    tree = ast.parse(content)
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            doc = ast.get_docstring(node)
            if doc:
                start = node.body[0].lineno
                numbered = [(start + n, text) for n, text in enumerate(doc.split("\n"))]
                yield from _paragraphs(_without_examples(numbered))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            yield node.lineno, "name", node.name.removeprefix("test_")
    lines = []
    for token in tokenize.generate_tokens(io.StringIO(content).readline):
        if token.type == tokenize.COMMENT:
            comment = token.string.lstrip("#").strip()
            if not re.match(r"(noqa|type:|pragma|!|mypy:)", comment):
                lines.append((token.start[0], comment))
    yield from _paragraphs(lines)


def _without_examples(lines: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """Removes blocks after ``::`` and the names of ``Args`` items."""
    kept, skips, indent = [], False, 0
    for number, line in lines:
        depth = len(line) - len(line.lstrip())
        if skips and line.strip() and depth <= indent:
            skips = False
        if skips:
            kept.append((number, ""))
            continue
        # The name of an argument is not part of its description.
        entry = re.match(r"\s+(\w+): (.*)$", line)
        if entry:
            kept.append((number, "- " + entry[2]))
        elif re.match(r"\s*(Args|Returns|Raises|Yields|Example|Examples|Attributes):$", line):
            kept.append((number, ""))
        else:
            kept.append((number, line))
        if line.rstrip().endswith("::"):
            skips, indent = True, depth
    return kept


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
