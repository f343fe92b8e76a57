"""The tree in the docstring of `schemas.errors` is the tree of its classes."""

import inspect
import re

import pytest

from schemas import errors
from schemas.errors import InputError, ModelOutage, PapersiftError


def drawn_tree():
    """Return each class of the docstring's drawing with the one above it."""
    parents, above = {}, []
    for line in (errors.__doc__ or "").splitlines():
        found = re.match(r"    ([│├└─ ]*)([A-Z]\w+)", line)
        if not found:
            continue
        depth = len(found[1]) // 4
        above = [*above[:depth], found[2]]
        parents[found[2]] = above[depth - 1] if depth else None
    return parents


def real_tree():
    """Return each error class of the module with its base."""
    classes = [each for _, each in inspect.getmembers(errors, inspect.isclass)]
    return {
        each.__name__: None if each is PapersiftError else each.__base__.__name__
        for each in classes
        if issubclass(each, Exception)
    }


def test_every_error_is_drawn_in_its_place():
    assert drawn_tree() == real_tree()


def test_drawing_is_a_tree_of_one_root():
    assert [name for name, parent in drawn_tree().items() if parent is None] == ["PapersiftError"]


@pytest.mark.parametrize("name", real_tree())
def test_text_of_an_error_is_its_message(name):
    assert str(getattr(errors, name)("what, where, what to do")) == "what, where, what to do"


def test_outage_knows_how_long_to_wait():
    assert ModelOutage("busy", retry_after_s=3.0).retry_after_s == 3.0
    assert ModelOutage("busy").retry_after_s is None


def test_outage_is_no_fault_of_the_input():
    assert not issubclass(ModelOutage, InputError)
