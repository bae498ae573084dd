"""A fetched OPUS-MT model says here what it says in transformers: logits, search, attention, scores."""

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from core.decoding.decode import decode
from core.decoding.search import SpecialIds
from core.evaluation.gold import TokenPair
from core.interchange.marian import Origin, convert_marian
from core.interchange.marian_vocabulary import number_pieces, read_vocabulary
from core.nn.seq2seq import ForwardOutput, StepOutput
from core.options import BeamOptions, GreedyOptions
from core.text.batching import pad_ids
from core.training.guided import Guidance, teach_alignment
from core.training.linked import link_tokens
from core.translator import Translator
from tests.core.interchange.fake_hub import serving
from tests.core.interchange.marian_folder import SOURCES, TARGETS, write_marian_folder
from tests.sources import ROOT

pytestmark = pytest.mark.filterwarnings("ignore")  # transformers deprecates as it goes
CPU = torch.device("cpu")
STEPS, ROWS, RATE = 100, 32, 8e-3
PLAIN = BeamOptions(beam_size=5, n_best=5, length_penalty=0.0)


@dataclass(frozen=True)
class Theirs:
    """transformers' model and tokenizer, and where they lie."""

    folder: Path
    model: Any
    tokenizer: Any

    def read(self, texts: Sequence[str]) -> Any:
        """Their ids and mask."""
        return self.tokenizer(list(texts), return_tensors="pt", padding=True)

    def targets(self, texts: Sequence[str]) -> Tensor:
        """Ids with the end, padded."""
        ids: Tensor = self.tokenizer(text_target=list(texts), return_tensors="pt", padding=True).input_ids
        return ids

    def logits(self, sources: Sequence[str], targets: Sequence[str]) -> Any:
        """Of every place, with attention."""
        shifted = self.targets(targets).roll(1, dims=1)
        shifted[:, 0] = self.padding
        with torch.no_grad():
            return self.model(**self.read(sources), decoder_input_ids=shifted, output_attentions=True)

    @property
    def padding(self) -> int:
        return int(self.tokenizer.pad_token_id)


@pytest.fixture(scope="module")
def theirs(tmp_path_factory: pytest.TempPathFactory) -> Theirs:
    """As small as may be, and trained until it knows when to end a sentence."""
    from transformers import MarianMTModel, MarianTokenizer

    folder = tmp_path_factory.mktemp("hub") / "marian"
    write_marian_folder(folder)
    load: Any = MarianMTModel.from_pretrained
    model, told = load(folder, output_loading_info=True, attn_implementation="eager")
    assert not any(told.values())  # all names are theirs
    found = Theirs(folder, model, MarianTokenizer.from_pretrained(folder))
    source, labels = found.read(SOURCES), found.targets(TARGETS)
    labels = labels.masked_fill(labels == found.padding, -100)
    optimizer, draw = torch.optim.Adam(model.parameters(), lr=RATE), torch.Generator().manual_seed(1)
    for _ in range(STEPS):
        rows = torch.randperm(len(SOURCES), generator=draw)[:ROWS]
        loss = model(source.input_ids[rows], source.attention_mask[rows], labels=labels[rows]).loss
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    model.eval().requires_grad_(False)
    model.save_pretrained(folder)
    return found


@pytest.fixture(scope="module")
def ours(theirs: Theirs, tmp_path_factory: pytest.TempPathFactory) -> Translator:
    """Through the command line, a hub on the loopback and a model folder."""
    into = tmp_path_factory.mktemp("models") / "opus-mt-fr-en"
    files = {path.name: path.read_bytes() for path in theirs.folder.iterdir()}
    command = [sys.executable, "-m", "core", "fetch", "opus-mt", "fr-en", "--into", str(into)]
    with serving("Helsinki-NLP/opus-mt-fr-en", files | {"tf_model.h5": b"of no use"}) as hub:
        environment = {**os.environ, "HF_ENDPOINT": hub.address, "HF_HUB_DISABLE_TELEMETRY": "1"}
        done = subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True)
        assert "tf_model.h5" not in {name for name, _ in hub.fetched}
    assert done.stdout.split() == [str(into)] and "model.safetensors" in done.stderr
    assert [path.name for path in into.parent.iterdir()] == [into.name]
    return Translator.load(into, "cpu")


@pytest.fixture(scope="module")
def numbers(theirs: Theirs) -> dict[int, int]:
    """Our id of each of theirs."""
    vocabulary = read_vocabulary((theirs.folder / "vocab.json").read_bytes(), "vocab.json")
    ids = number_pieces(vocabulary, theirs.padding, ()).marian_ids
    return {marian: our for our, marian in enumerate(ids) if marian is not None}


class Adapter:
    """Their network behind our contract, in their ids; every step reads the whole prefix."""

    max_positions = None

    def __init__(self, model: Any) -> None:
        self.model = model

    def encode(self, source_ids_BS: Tensor, mask_BS: Tensor) -> "AdapterMemory":
        states = self.model.get_encoder()(source_ids_BS, mask_BS).last_hidden_state
        return AdapterMemory(states, mask_BS)

    def start(self, memory: Any) -> "AdapterState":
        return AdapterState(torch.zeros(len(memory.mask_BS), 0, dtype=torch.int64))

    def step(self, previous_ids_B: Tensor, state: Any, memory: Any) -> StepOutput:
        ids_BT = torch.cat([state.ids_BT, previous_ids_B.unsqueeze(1)], dim=1)
        output = self.model(
            encoder_outputs=(memory.states_BSD,), attention_mask=memory.mask_BS, decoder_input_ids=ids_BT
        )
        return StepOutput(output.logits[:, -1], AdapterState(ids_BT), None)

    def forward(self, source_ids_BS: Tensor, mask_BS: Tensor, target_in_BT: Tensor) -> ForwardOutput:
        raise NotImplementedError("Search does without.")


@dataclass(frozen=True)
class AdapterMemory:
    states_BSD: Tensor
    mask_BS: Tensor

    def select(self, index: Tensor) -> "AdapterMemory":
        return AdapterMemory(self.states_BSD[index], self.mask_BS[index])


@dataclass(frozen=True)
class AdapterState:
    ids_BT: Tensor

    def reorder(self, index: Tensor) -> "AdapterState":
        return AdapterState(self.ids_BT[index])


def test_sentences_are_cut_as_theirs(ours: Translator, theirs: Theirs, numbers: dict[int, int]) -> None:
    read, written = theirs.read(SOURCES), theirs.targets(TARGETS)
    for row, (source, target) in enumerate(zip(SOURCES, TARGETS, strict=True)):
        ids = read.input_ids[row][read.attention_mask[row].bool()].tolist()
        assert ours.encode_source(source, "en") == tuple(numbers[i] for i in ids)
        target_ids = [i for i in written[row].tolist() if i != theirs.padding]
        assert ours.encode_target(target) == tuple(numbers[i] for i in target_ids)


def test_logits_are_theirs(ours: Translator, theirs: Theirs, numbers: dict[int, int]) -> None:
    expected_BTV = theirs.logits(SOURCES, TARGETS).logits
    source_BS, mask_BS = pad_ids([ours.encode_source(text, "en") for text in SOURCES])
    target_BT, target_mask_BT = pad_ids([(2, *ours.encode_target(text)[:-1]) for text in TARGETS])
    found_BTV = ours.model(source_BS, mask_BS, target_BT).logits_BTV
    places = [numbers[i] for i in range(len(numbers))]
    torch.testing.assert_close(
        found_BTV[..., places][target_mask_BT], expected_BTV[target_mask_BT], rtol=0, atol=1e-4
    )
    others = [i for i in range(found_BTV.shape[2]) if i not in places]
    assert found_BTV.log_softmax(-1)[..., others].max() < -50  # what they do not have is never written


def test_a_model_with_a_vocabulary_a_side_says_the_same(tmp_path: Path) -> None:
    from transformers import MarianMTModel, MarianTokenizer

    write_marian_folder(tmp_path / "marian", shared=False)
    model: Any = MarianMTModel.from_pretrained(tmp_path / "marian", attn_implementation="eager")
    theirs = Theirs(tmp_path / "marian", model.eval(), MarianTokenizer.from_pretrained(tmp_path / "marian"))
    checkpoint = convert_marian(theirs.folder, "separate", (), Origin("here"))
    ours = Translator.from_checkpoint(checkpoint, CPU)
    expected_TV = theirs.logits(SOURCES[:1], TARGETS[:1]).logits[0].log_softmax(-1)
    target_ids = theirs.targets(TARGETS[:1])
    scores = expected_TV.gather(1, target_ids.T).squeeze(1).tolist()
    found = ours.score(ours.encode_source(SOURCES[0], "en"), ours.encode_target(TARGETS[0]))
    assert found == pytest.approx(scores, abs=1e-4)
    assert checkpoint.tokenizer.decode(ours.encode_source(SOURCES[0], "en")) == SOURCES[0]
    assert checkpoint.tokenizer.target.decode(ours.encode_target(TARGETS[0])) == TARGETS[0]


def test_beam_search_over_either_network_gives_the_same_lists(
    ours: Translator, theirs: Theirs, numbers: dict[int, int]
) -> None:
    read = theirs.read(SOURCES)
    special = SpecialIds(pad=theirs.padding, bos=theirs.padding, eos=0, unk=1)
    options = BeamOptions(beam_size=5, n_best=5)
    expected = decode(Adapter(theirs.model), read.input_ids, read.attention_mask.bool(), options, special)
    found = ours.translate_segments(SOURCES, "fr", "en", options)
    for one, other in zip(found, expected, strict=True):
        lists = [tuple(numbers[i] for i in candidate.ids) for candidate in other]
        assert [hypothesis.ids for hypothesis in one.hypotheses] == lists
        scores = [candidate.score for candidate in other]
        assert [hypothesis.score for hypothesis in one.hypotheses] == pytest.approx(scores, abs=1e-4)
    assert all(segment.best.finished for segment in found)


def test_their_own_beam_search_finds_the_same_when_asked_for_the_same(
    ours: Translator, theirs: Theirs
) -> None:
    """Sums of log-probabilities, an end at the fifth finished hypothesis, and no unknown piece."""
    generated = theirs.model.generate(
        **theirs.read(SOURCES),
        num_beams=5,
        max_length=60,
        length_penalty=0.0,
        early_stopping=True,
        suppress_tokens=[1, theirs.padding],
    )
    expected = theirs.tokenizer.batch_decode(generated, skip_special_tokens=True)
    found = [segment.best.text for segment in ours.translate_segments(SOURCES, "fr", "en", PLAIN)]
    assert found == expected
    assert len(set(found)) > 50  # they depend on the source


def test_attention_and_scores_are_theirs(ours: Translator, theirs: Theirs) -> None:
    output = theirs.logits(SOURCES[:1], TARGETS[:1])
    source_ids, target_ids = ours.encode_source(SOURCES[0], "en"), ours.encode_target(TARGETS[0])
    found = torch.from_numpy(ours.attend(source_ids, target_ids).weights_LHTS)
    torch.testing.assert_close(found, torch.cat(output.cross_attentions), rtol=0, atol=1e-5)
    log_probs_TV = output.logits[0].log_softmax(-1)
    expected = log_probs_TV.gather(1, theirs.targets(TARGETS[:1]).T).squeeze(1).tolist()
    assert ours.score(source_ids, target_ids) == pytest.approx(expected, abs=1e-4)


def test_alternatives_go_on_from_a_place(ours: Translator) -> None:
    (segment,) = ours.translate_segments([SOURCES[0]], "fr", "en", GreedyOptions())
    prefix = segment.best.ids[:2]
    first, *others = ours.alternatives(segment.source_ids, prefix, GreedyOptions(), floor=0.0)
    assert first.hypothesis.ids == segment.best.ids and len(others) == 4
    assert {one.hypothesis.ids[:3] for one in others} == {(*prefix, one.id) for one in others}


def test_a_converted_model_learns_on(ours: Translator, theirs: Theirs) -> None:
    checkpoint = convert_marian(theirs.folder, "again", (), Origin("here"))
    none: frozenset[tuple[int, int]] = frozenset()
    pairs = [TokenPair(("Zoé", "lit"), ("A", "bear", "sells"), frozenset({(0, 0), (1, 2)}), none)]
    linked = link_tokens(pairs, checkpoint.tokenizer, "en")
    taught = teach_alignment(checkpoint, linked, Guidance(epochs=5, learning_rate=2e-3), CPU)
    source_ids, target_ids = ours.encode_source("Zoé lit", "en"), ours.encode_target("A bear sells")
    before, after = (
        sum(one.score(source_ids, target_ids)) for one in (ours, Translator.from_checkpoint(taught, CPU))
    )
    assert after > before + 1.0


def test_the_folder_tells_where_the_model_came_from(ours: Translator, tmp_path: Path) -> None:
    assert ours.directions == (("fr", "en"),)
    assert "https://huggingface.co/Helsinki-NLP/opus-mt-fr-en, revision 0123456789ab" in ours.card
    assert "licence: cc-by-4.0" in ours.card and "### opus-mt-fr-en" in ours.card
    assert "license:" not in ours.card
