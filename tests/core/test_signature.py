"""What a result can be reproduced with."""

import tomllib

import torch

from core.changes import Change
from core.ensembles import ensemble_of
from core.insight import under
from core.options import GreedyOptions
from core.signature import VERSION, signature
from tests.sources import ROOT
from tests.tiny import SENTENCES, tiny_translator


def test_the_version_is_that_of_the_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["version"] == VERSION


def test_a_signature_names_releases_and_device() -> None:
    program, library, *rest = signature("cpu", "float32").split("|")
    assert program == f"interlinear:{VERSION}" and rest == ["device:cpu", "dtype:float32"]
    # A wheel from PyPI calls itself 2.11.0, and torch 2.11.0+cu130.
    assert torch.__version__.startswith(library.removeprefix("torch:")) and library.count(".") >= 2


def test_a_translation_says_what_it_was_made_with() -> None:
    translator = tiny_translator()
    made = translator.translate(SENTENCES[5], "fr", "en", GreedyOptions(max_length=3)).origin
    assert made.model_digest == "0" * 64 and len(made.tokenizer_digest) == 64
    assert made.signature == signature("cpu", "float32")


def test_an_ensemble_names_all_of_its_models() -> None:
    one = tiny_translator()
    assert ensemble_of([one, one]).origin.model_digest == "0" * 64 + "+" + "0" * 64
    assert under(one, Change()).origin == one.origin
