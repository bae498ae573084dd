"""A whole run: files in, a finished model folder out."""

import logging
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor

from core.checkpoint import Checkpoint, save_checkpoint
from core.nn.factory import build_model
from core.nn.seq2seq import Seq2SeqModel
from core.options import GreedyOptions
from core.text.tokenizer import Tokenizer, load_tokenizer
from core.training.averaging import average_weights
from core.training.data import DevSet, learn_tokenizer, load_dev_sets, load_examples
from core.training.log import training_curve
from core.training.loop import Trainer
from core.training.measures import corpus_bleu
from core.training.recipe import Recipe
from core.translator import Translator

logger = logging.getLogger(__name__)


def train(recipe: Recipe, data: Path, out: Path, device: torch.device, show_progress: bool = True) -> Path:
    """Train, or go on with, the run in `out`; write `out/model`, `out/curve.html`; return the model folder.

    `data`: folder of the corpora that the recipe names. The average of the best checkpoints is kept if its
    dev BLEU is at least that of the best single one."""
    out.mkdir(parents=True, exist_ok=True)
    tokenizer = _tokenizer(recipe, data, out)
    examples = load_examples(data, recipe.data.train, recipe.data, tokenizer)
    dev_examples = load_examples(data, recipe.data.dev, recipe.data, tokenizer)
    dev_sets = load_dev_sets(data, recipe.data)
    model = build_model(recipe.model, recipe.training.seed).to(device)
    logger.info("%d examples, %d parameters", len(examples), sum(p.numel() for p in model.parameters()))
    trainer = Trainer(recipe, model, tokenizer, examples, dev_examples, dev_sets, out, show_progress)
    best_files = trainer.run()
    weights, score = _choose_weights(model, best_files, tokenizer, dev_sets, recipe)
    facts = {
        "recipe": recipe.to_dict(),
        "steps": trainer.progress.step,
        "tokens_seen": trainer.progress.tokens_seen,
        "duration_s": round(trainer.progress.seconds),
        "device": _device_name(device),
        "torch": torch.__version__,
        "dev_bleu_greedy": round(score, 2),
        "averaged_checkpoints": len(best_files) if weights is not None else 1,
    }
    chosen = weights if weights is not None else load_file(best_files[0])
    checkpoint = Checkpoint(recipe.name, recipe.model, recipe.data.directions, chosen, tokenizer, facts)
    save_checkpoint(out / "model", checkpoint, torch.float16)
    training_curve(trainer.log.read()).write_html(out / "curve.html")
    return out / "model"


def _tokenizer(recipe: Recipe, data: Path, out: Path) -> Tokenizer:
    """The run's own vocabulary, learned once."""
    path = out / "tokenizer.model"
    if not path.exists():
        unfinished = path.with_suffix(".tmp")
        unfinished.write_bytes(learn_tokenizer(data, recipe.data).serialized)
        unfinished.rename(path)
    return load_tokenizer(path)


def _choose_weights(
    model: Seq2SeqModel, files: list[Path], tokenizer: Tokenizer, dev_sets: list[DevSet], recipe: Recipe
) -> tuple[dict[str, Tensor] | None, float]:
    """The averaged weights if no worse than the best single file, else None; and the winner's dev BLEU."""
    single = _dev_bleu(model, load_file(files[0]), tokenizer, dev_sets, recipe)
    if len(files) == 1:
        return None, single
    weights = average_weights(files)
    averaged = _dev_bleu(model, weights, tokenizer, dev_sets, recipe)
    logger.info(
        "dev BLEU of the best checkpoint %.2f, of the average of %d %.2f", single, len(files), averaged
    )
    return (weights, averaged) if averaged >= single else (None, single)


def _dev_bleu(
    model: Seq2SeqModel,
    weights: dict[str, Tensor],
    tokenizer: Tokenizer,
    dev_sets: list[DevSet],
    recipe: Recipe,
) -> float:
    model.load_state_dict(weights)
    translator = Translator(model.eval(), tokenizer, recipe.data.directions)
    scores = []
    for dev in dev_sets:
        found = translator.translate_segments(dev.sources, *dev.direction, GreedyOptions(max_length=128))
        scores.append(corpus_bleu([item.best.text for item in found], dev.references, dev.direction[1]))
    return sum(scores) / max(len(scores), 1)


def _device_name(device: torch.device) -> str:
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    return f"CPU, {torch.get_num_threads()} threads"
