"""`python -m core`: lines in, as many lines out, mistakes as one sentence."""

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from core.checkpoint import save_checkpoint
from core.cli.main import main
from core.config import TransformerConfig
from tests.sources import ROOT
from tests.tiny import CONFIG, SENTENCES, tiny_checkpoint

NASTY = [
    b"le phare\n",
    b"\n",
    b"   \t \n",
    b"un\x00deux\n",
    b"\xff\xfe caf\xe9\n",
    b"la baie\r\n",
    "ligne\u2028paragraphe\u2029\x85\x0bfin\n".encode(),
    b"deux\rlignes\n",
    "📚 مرحبا 你好\n".encode(),
    b"sans fin",
]
FRENCH_ENGLISH = ("--source", "fr", "--target", "en")


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models") / "tiny"
    save_checkpoint(folder, tiny_checkpoint())
    return folder


@pytest.fixture
def data(tmp_path: Path) -> Path:
    rows = zip(SENTENCES[5:], SENTENCES[:5], strict=True)
    path = tmp_path / "toy.fr-en.test.tsv"
    path.write_text("".join(f"{french}\t{english}\n" for french, english in rows), encoding="utf-8")
    return path


class Terminal:
    """Runs commands as a shell would, in this process."""

    def __init__(self, patch: pytest.MonkeyPatch, capture: pytest.CaptureFixture[bytes]) -> None:
        self.patch, self.capture = patch, capture

    def __call__(self, *arguments: object, stdin: bytes = b"") -> tuple[int, bytes, str]:
        """(exit status, standard output, standard error)."""
        self.patch.setattr(sys, "argv", ["core", *map(str, arguments)])
        self.patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8"))
        with pytest.raises(SystemExit) as end:
            main()
        found = self.capture.readouterr()
        return int(end.value.code or 0), found.out, found.err.decode()


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]) -> Terminal:
    return Terminal(monkeypatch, capsysbinary)


@pytest.mark.parametrize("flags", [["--greedy"], ["--beam", "2"], ["--beam", "3", "--n-best", "2"]])
def test_every_line_gives_exactly_one_line(flags: list[str], model: Path, run: Terminal) -> None:
    status, out, _ = run("translate", "--model", model, *FRENCH_ENGLISH, *flags, stdin=b"".join(NASTY))
    lines = out.decode().split("\n")
    assert (status, lines.pop(), len(lines)) == (0, "", len(NASTY))
    assert [number for number, line in enumerate(lines) if not line.strip()] == [1, 2]
    assert not any("\r" in line or len(line.splitlines()) > 1 for line in lines)


def test_json_is_one_whole_object_a_line(model: Path, run: Terminal) -> None:
    arguments = ("--beam", "3", "--n-best", "3", "--json")
    _, out, _ = run("translate", "--model", model, *FRENCH_ENGLISH, *arguments, stdin=b"".join(NASTY))
    rows = [json.loads(line) for line in out.decode().removesuffix("\n").split("\n")]
    assert len(rows) == len(NASTY)
    assert [len(row["hypotheses"]) for row in rows[:4]] == [3, 0, 0, 3]
    for hypothesis in rows[0]["hypotheses"]:
        assert len(hypothesis["ids"]) == len(hypothesis["pieces"]) == len(hypothesis["token_log_probs"])
        assert hypothesis["log_prob"] == pytest.approx(sum(hypothesis["token_log_probs"]))


def test_a_line_is_translated_the_same_whatever_stands_around_it(model: Path, run: Terminal) -> None:
    command = ("translate", "--model", model, *FRENCH_ENGLISH, "--greedy")
    together = run(*command, stdin=b"".join(NASTY))[1].split(b"\n")
    assert run(*command, stdin=NASTY[0])[1] == together[0] + b"\n"
    assert run(*command, stdin=b"")[1] == b""


def test_a_line_too_long_for_the_model_is_named_and_costs_no_other_line(
    tmp_path: Path, run: Terminal
) -> None:
    size = CONFIG.vocab_size
    short = TransformerConfig(vocab_size=size, embed_dim=8, heads=2, feedforward_dim=8, max_positions=20)
    save_checkpoint(tmp_path / "short", tiny_checkpoint(short))
    command = ("--model", tmp_path / "short", *FRENCH_ENGLISH, "--greedy")
    status, out, error = run("translate", *command, stdin=b"le phare\n\n" + b"la nuit " * 30 + b"\nla baie\n")
    assert status == 1 and "at most 20 pieces" in error and "left blank: 3;" in error
    assert [bool(line) for line in out.decode().split("\n")] == [True, False, False, True, False]
    for pair, side in (("la nuit " * 30 + "\tnight", "source"), ("la nuit\t" + "night " * 30, "reference")):
        path = tmp_path / "toy.fr-en.test.tsv"
        path.write_text(f"la baie\tthe bay\n{pair}\n", encoding="utf-8")
        status, out, error = run("evaluate", *command, "--data", path)
        assert (status, out) == (1, b"")
        assert f"{side} of sentence 2 of {path.name}" in error and "block" not in error


def test_evaluate_prints_measures_with_signatures_or_one_object(
    model: Path, data: Path, run: Terminal
) -> None:
    command = ("evaluate", "--model", model, *FRENCH_ENGLISH, "--data", data, "--beam", "2", "--n-best", "2")
    status, out, _ = run(*command)
    assert status == 0
    assert all(
        word in out.decode() for word in ("BLEU", "version:", "perplexity", "self-bleu", "5 sentences")
    )
    report = json.loads(run(*command, "--limit", "3", "--json")[1])
    assert report["sentences"] == 3 and report["direction"] == "fr-en"
    assert "per" not in report and "per" in json.loads(run(*command, "--phones", "--json")[1])


def test_compare_takes_models_and_files_and_writes_a_page(
    model: Path, data: Path, tmp_path: Path, run: Terminal
) -> None:
    outputs, page = tmp_path / "outputs.txt", tmp_path / "page.html"
    outputs.write_text("".join(f"{text}\n" for text in SENTENCES[:5]), encoding="utf-8")
    command = ("evaluate", "--compare", model, outputs, *FRENCH_ENGLISH, "--data", data, "--greedy")
    status, out, _ = run(*command, "--page", page, "--json")
    report = json.loads(out)
    assert (status, report["b"]) == (0, "outputs.txt")
    chrf = next(row for row in report["measures"] if row["measure"] == "chrf")
    assert chrf["b"] == 100 and chrf["difference"] == 100 - chrf["a"]
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")


def test_align_prints_pharaoh_links_or_scores(model: Path, tmp_path: Path, run: Terminal) -> None:
    gold = tmp_path / "gold.fr-en.tsv"
    gold.write_text("le phare\tthe light house\t0-0\t1-2\nla baie\tbay\t1-0\t\n", encoding="utf-8")
    command = ("align", "--model", model, *FRENCH_ENGLISH, "--data", gold)
    lines = run(*command)[1].decode().splitlines()
    assert [len(line.split()) for line in lines] == [3, 1]
    rows = [json.loads(line) for line in run(*command, "--json")[1].splitlines()]
    assert [" ".join(f"{a}-{b}" for a, b in row["links"]) for row in rows] == lines
    assert b"AER" in run(*command, "--score")[1]
    assert json.loads(run(*command, "--score", "--json")[1])["links"] == 4


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["translate", "--model", "nowhere", *FRENCH_ENGLISH], "nowhere"),
        (["translate", "--model", "MODEL", "--source", "fr", "--target", "de"], "fr→de"),
        (["translate", "--model", "MODEL", *FRENCH_ENGLISH, "--beam", "0"], "`beam_size`"),
        (["evaluate", "--model", "MODEL", *FRENCH_ENGLISH, "--data", "none.fr-en.tsv"], "none.fr-en.tsv"),
        (["evaluate", *FRENCH_ENGLISH, "--data", "DATA"], "`--compare A B`"),
        (["evaluate", "--compare", "none.txt", "MODEL", *FRENCH_ENGLISH, "--data", "DATA"], "none.txt"),
        (
            ["evaluate", "--compare", "A", "B", *FRENCH_ENGLISH, "--data", "DATA", "--page", "no/p.html"],
            "--page",
        ),
        (["align", "--model", "MODEL", *FRENCH_ENGLISH, "--data", "DATA", "--score"], "third column"),
        (["align", "--model", "MODEL", *FRENCH_ENGLISH, "--data", "DATA", "--layer", "7"], "`layer`"),
        (["align", "--model", "MODEL", *FRENCH_ENGLISH, "--data", "DATA", "--threshold", "2"], "`threshold`"),
    ],
)
def test_a_mistake_is_one_sentence_and_status_1(
    arguments: list[str], said: str, model: Path, data: Path, run: Terminal
) -> None:
    named = {"MODEL": str(model), "DATA": str(data)}
    status, out, error = run(*(named.get(word, word) for word in arguments), stdin=b"le phare\n")
    assert (status, out) == (1, b"")
    last = error.replace("\r", "\n").strip().splitlines()[-1]
    assert last.startswith("error: ") and said in last


def test_a_real_process_keeps_standard_output_clean(model: Path) -> None:
    command = [sys.executable, "-m", "core", "translate", "--model", str(model), *FRENCH_ENGLISH, "--greedy"]
    found = subprocess.run(command, input=b"".join(NASTY), capture_output=True, cwd=ROOT, check=True)
    assert found.stdout.count(b"\n") == len(NASTY)
    assert found.stderr == b""
