"""The README tells the truth: its commands can be typed, its document type can be used."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
import typer.main

from flows.cli.main import app
from schemas.doctype import read_type
from schemas.record import all_leaves

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```", README, flags=re.DOTALL | re.MULTILINE)
COMMANDS = [
    line
    for language, block in BLOCKS
    if not language
    for line in block.splitlines()
    if line.startswith("papersift ")
]


@pytest.mark.parametrize("line", COMMANDS)
def test_a_command_of_the_readme_can_be_typed(line):
    command = typer.main.get_command(app)
    words = shlex.split(line, comments=True)[1:]
    context = command.make_context("papersift", [], resilient_parsing=True)
    while hasattr(command, "commands") and words and words[0] in command.commands:
        command = command.commands[words[0]]
        context = command.make_context(words.pop(0), list(words), parent=context)
    assert not hasattr(command, "commands") or command.invoke_without_command


def test_the_readme_shows_commands():
    assert len(COMMANDS) >= 8


def test_the_document_type_of_the_readme_can_be_used(tmp_path):
    [text] = [block for language, block in BLOCKS if language == "markdown"]
    (tmp_path / "delivery_note.md").write_text(text, encoding="utf-8")

    doctype = read_type(tmp_path / "delivery_note.md")

    assert [leaf.path for leaf in all_leaves(doctype.record)] == [
        "delivery_number",
        "order_date",
        "delivery_date",
        "items[].description",
        "items[].quantity",
    ]


def test_the_tree_of_the_readme_names_every_folder():
    folders = {path.name for path in ROOT.iterdir() if path.is_dir() and path.name[0] not in "._"}
    known = {"schemas", "extractors", "flows", "samples", "tests"}
    assert known <= folders
    assert all(f"{name}/" in README for name in known)
