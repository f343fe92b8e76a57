"""Recipes, and the shapes of the records that they make."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from flows.store.tables import ExtractionRow, RecipeRow, RecordRow
from schemas.catalogue import BUILT_IN, built_in_type
from schemas.doctype import named_by
from schemas.recipe import Recipe
from schemas.shape import Shape, shape_of


def remember(session: Session, recipe: Recipe, shape: Shape | None, now: datetime) -> None:
    """Note a recipe; the shape is None as long as the recipe only failed."""
    known = session.execute(
        select(RecipeRow.shape_json).where(RecipeRow.id == recipe.id)
    ).one_or_none()
    shape_json = shape.model_dump_json() if shape else None
    if known is None:
        session.execute(
            insert(RecipeRow).values(
                id=recipe.id,
                type_name=recipe.type_name,
                recipe_json=recipe.model_dump_json(),
                shape_json=shape_json,
                first_used=now,
            )
        )
        return
    if shape_json is not None and known.shape_json != shape_json:  # an older version said less
        session.execute(
            update(RecipeRow).where(RecipeRow.id == recipe.id).values(shape_json=shape_json)
        )


def shape_of_recipe(session: Session, recipe_id: str) -> Shape:
    """Return the shape of what a recipe made."""
    text = session.scalars(select(RecipeRow.shape_json).where(RecipeRow.id == recipe_id)).one()
    assert text is not None, "what has records has a shape"
    return _with_checks(Shape.model_validate_json(text))


def _with_checks(shape: Shape) -> Shape:
    """Return a shape that was kept before shapes had checks with those of the built-in type."""
    if shape.title or shape.name not in BUILT_IN:
        return shape
    now = shape_of(built_in_type(shape.name))
    known = {leaf.path for leaf in shape.all_leaves}
    checks = tuple(check for check in now.checks if known.issuperset(named_by(check)))
    return shape.model_copy(update={"checks": checks, "title": now.title})


def published_shapes(session: Session) -> dict[str, Shape]:
    """Return for each type one shape that has a place for all that is published of it.

    Where recipes differ, as after a field was added to the type, the one used last says what a
    field is; fields that only older ones have come after its own.
    """
    rows = session.execute(
        select(RecordRow.type_name, RecipeRow.shape_json)
        .join(RecipeRow, RecipeRow.id == RecordRow.recipe_id)
        .join(ExtractionRow, ExtractionRow.id == RecordRow.extraction_id)
        .where(ExtractionRow.current, RecipeRow.shape_json.is_not(None))
        .where(ExtractionRow.extraction_json.is_not(None))
        .group_by(RecordRow.type_name, RecipeRow.id, RecipeRow.shape_json)
        .order_by(RecordRow.type_name, func.max(ExtractionRow.id).desc())
    )
    shapes: dict[str, Shape] = {}
    for type_name, text in rows:
        assert text is not None
        shape = Shape.model_validate_json(text)
        newer = shapes.get(type_name)
        shapes[type_name] = _joined(newer, shape) if newer else shape
    return shapes


def _joined(newer: Shape, older: Shape) -> Shape:
    """Return `newer` with the fields that only `older` has."""
    taken = {leaf.name for leaf in newer.leaves} | {each.name for each in newer.lists}
    lists = []
    for each in newer.lists:
        same = next((old for old in older.lists if old.name == each.name), None)
        known = {leaf.name for leaf in each.leaves}
        more = tuple(leaf for leaf in (same.leaves if same else ()) if leaf.name not in known)
        lists.append(each.model_copy(update={"leaves": each.leaves + more}))
    more_leaves = tuple(leaf for leaf in older.leaves if leaf.name not in taken)
    more_lists = tuple(each for each in older.lists if each.name not in taken)
    return newer.model_copy(
        update={"leaves": newer.leaves + more_leaves, "lists": (*lists, *more_lists)}
    )
