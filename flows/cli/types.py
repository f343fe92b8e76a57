"""`papersift types`: the document types that are known, and what they ask for."""

from __future__ import annotations

from typing import Annotated

import typer

from flows.cli.as_json import print_json
from flows.cli.failing import plainly

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")]

app = typer.Typer(
    help="See the document types, and what they ask for.",
    epilog="Example: papersift types show invoice",
    no_args_is_help=True,
)


@app.command("list")
def list_types(*, as_json: AsJson = False) -> None:
    """List the built-in document types.

    Example: papersift types list
    """
    from schemas.catalogue import BUILT_IN, built_in_type  # noqa: PLC0415
    from schemas.record import all_leaves  # noqa: PLC0415

    types = [built_in_type(name) for name in BUILT_IN]
    if as_json:
        listed = [{"name": each.name, "title": each.title} for each in types]
        print_json(listed)
        return
    for each in types:
        typer.echo(f"{each.name:<12} {each.title}, {len(all_leaves(each.record))} fields")
    typer.echo("\nOne of them whole:  papersift types show invoice")
    typer.echo("Your own:           papersift run PATH --type my_type.md")


@app.command("show")
def show_type(
    name: Annotated[str, typer.Argument(help="Its name, or the path of its Markdown file.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Show a type as the Markdown file that would make it: fields, checks, policy, instructions.

    Copy it, change it, and use it with --type.

    Example: papersift types show invoice > my_invoice.md
    """
    from schemas.catalogue import find_type  # noqa: PLC0415
    from schemas.doctype import as_markdown, front_matter  # noqa: PLC0415

    with plainly():
        found = find_type(name)
    if as_json:
        content = {**front_matter(found), "prompt": found.prompt}
        print_json(content)
        return
    typer.echo(as_markdown(found), nl=False)
