"""The figures of the person who runs this: over HTTP and as a page."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, Response

from flows.metrics import words
from flows.metrics.board import Board
from flows.metrics.plots import NOTES, plots_of
from flows.web.desk import Person, desk_of
from flows.web.failing import Code, Refusal
from flows.web.messages import refusals
from flows.web.pages import render
from schemas.metrics import Metrics

POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
"""Of a plot, if it is opened for itself: its colours stand in it."""

router = APIRouter()


def board_of(request: Request) -> Board:
    """Return the one board of the server that a request came to."""
    state = request.app.state
    if not hasattr(state, "board"):
        state.board = Board(desk_of(request).store)
    board = state.board
    assert isinstance(board, Board)
    return board


ABoard = Annotated[Board, Depends(board_of)]


@router.get("/api/metrics", tags=["server"], summary="Tell how review goes", responses=refusals())
def metrics(board: ABoard) -> Metrics:
    """Say how much is accepted without a look, what looks cost, and what they find."""
    return board.metrics()


@router.get("/metrics", include_in_schema=False)
def page(board: ABoard, who: Person) -> HTMLResponse:
    """Show the same with plots; they are painted when the browser asks for them."""
    found = board.metrics()
    return render(
        "metrics.html",
        here="metrics",
        who=who,
        metrics=found,
        plots=plots_of(found),
        notes=NOTES,
        words=words,
    )


@router.get("/metrics/{name}.svg", include_in_schema=False)
def plot(board: ABoard, name: str) -> Response:
    """Return a plot as a picture that stands for itself."""
    found = board.picture(name)
    if found is None:
        raise Refusal(404, Code.NOT_FOUND, "There is no such plot; perhaps too little was done.")
    headers = {"Content-Security-Policy": POLICY}
    return Response(found, media_type="image/svg+xml", headers=headers)
