"""The figures of both READMEs and of docs/train.md, made from `benchmarks/results/`: none is typed by hand.

`python -m benchmarks.figures` rewrites them between their markers, and a test holds them to it."""

import json
import re
from pathlib import Path
from typing import Any

from benchmarks.measure import RESULTS
from core.report.markdown import table

ROOT = RESULTS.parent.parent
TRAIN = "docs/train.md"
PAGES = ("README.md", "README.zh-CN.md", TRAIN)
BLOCK = re.compile(r"(<!-- figures -->\n).*?(<!-- /figures -->)", re.S)
WORDS = {
    "README.md": {
        "quality": "Quality on {data}, {sentences} sentences",
        "direction": "direction",
        "searches": "{name} BLEU",
        "speed": "Speed on one core ({processor}), text in, text out",
        "mode": "mode",
        "rate": "sentences/s",
        "latency": "p50 / p95 of a call, ms",
        "peer": "× {peer}",
        "memory": "peak memory, MB",
        "train": "Training: {rate} target pieces a second on {cores} core(s).",
    },
    "README.zh-CN.md": {
        "quality": "质量：{data}，{sentences} 句",
        "direction": "方向",
        "searches": "{name} BLEU",
        "speed": "速度：单核（{processor}），从文本到文本",
        "mode": "方式",
        "rate": "句/秒",
        "latency": "每次调用 p50 / p95，毫秒",
        "peer": "× {peer}",
        "memory": "内存峰值，MB",
        "train": "训练：{cores} 核每秒 {rate} 个目标子词。",
    },
}


def load(name: str) -> dict[str, Any] | None:
    """A result, or None when it was not measured."""
    file = RESULTS / f"{name}.json"
    return json.loads(file.read_text(encoding="utf-8")) if file.is_file() else None


def quality_table(quality: dict[str, Any], words: dict[str, str]) -> str:
    rows = quality["rows"]
    searches = list(dict.fromkeys(row["search"] for row in rows))
    by_key = {(row["direction"], row["search"]): row for row in rows}
    directions = list(dict.fromkeys(row["direction"] for row in rows))
    best = searches[-1]
    body = []
    for direction in directions:
        bleu = [f"{by_key[direction, search]['bleu']:.1f}" for search in searches]
        last = by_key[direction, best]
        body.append([direction.replace("-", " → "), *bleu, f"{last['chrf']:.1f}", f"{last['ter']:.1f}"])
    head = [words["direction"], *(words["searches"].format(name=name) for name in searches), "chrF", "TER"]
    title = words["quality"].format(data=f"`{rows[0]['data']}`", sentences=f"{rows[0]['sentences']:,}")
    return f"**{title}**\n\n{table(head, body)}\n\n`{rows[-1]['signatures']['bleu']}`"


def speed_table(decode: dict[str, Any], peers: list[dict[str, Any]], words: dict[str, str]) -> str:
    """One row a mode; a column for each comparison."""
    head = [words["mode"], words["rate"], words["latency"], words["memory"]]
    head += [words["peer"].format(peer=peer["peer"]) for peer in peers]
    ratios = [{row["mode"]: row["ratio"] for row in peer["rows"]} for peer in peers]
    body = []
    for row in decode["rows"]:
        if row["cores"] == 1:
            latency = f"{row['p50_ms']:.0f} / {row['p95_ms']:.0f}"
            cells = [row["mode"], f"{row['sentences_per_s']:.0f}", latency, str(row["peak_rss_mb"])]
            body.append([*cells, *(f"{ratio[row['mode']]:.1f}" for ratio in ratios)])
    title = words["speed"].format(processor=decode["environment"]["processor"])
    return f"**{title}**\n\n{table(head, body)}"


def family_table(family: dict[str, Any]) -> str:
    """Every architecture: training, then sentences a second of each search."""
    searches = ("greedy_1", "beam_1", "greedy_64", "beam_64")
    head = ["network", "parameters", "training"]
    head += ["greedy", "beam 5", "greedy, 64 at once", "beam 5, 64 at once"]
    body = [
        [
            row["network"],
            f"{row['parameters'] / 1e6:.1f} M",
            f"{row['train_tokens_per_s']:,}",
            *(f"{row[f'{search}_per_s']:.0f}" for search in searches),
        ]
        for row in family["rows"]
    ]
    machine = f"{family['cores']} cores ({family['environment']['processor']})"
    written = f"sentences of {family['pieces']} pieces a second in writing"
    title = f"Target pieces a second in training, {written}; {machine}"
    return f"**{title}**\n\n{table(head, body)}"


def training_peers_table(peers: dict[str, Any]) -> str:
    """Ours and the other program's, each in its precision; ratios are to the other's."""
    head = ["network", "program", "precision", "parameters", "pieces/s", f"× {peers['peer']}"]
    body = [
        [
            *(row["network"], row["program"], row["precision"], f"{row['parameters'] / 1e6:.1f} M"),
            *(f"{row['tokens_per_s']:,}", f"{row['ratio']:.2f}"),
        ]
        for row in peers["rows"]
    ]
    title = f"Training beside {peers['peer']} on one core ({peers['environment']['processor']})"
    return f"**{title}**\n\n{table(head, body)}"


def figures(page: str) -> str:
    """What stands between the markers of a page, for the results at hand."""
    parts = _of_training() if page == TRAIN else _of_a_readme(WORDS[page])
    return "\n".join(f"{part}\n" for part in parts)


def _of_training() -> list[str]:
    family, peers = load("family"), load("peers-training")
    return [*([family_table(family)] if family else []), *([training_peers_table(peers)] if peers else [])]


def _of_a_readme(words: dict[str, str]) -> list[str]:
    parts = []
    if quality := load("translation"):
        parts.append(quality_table(quality, words))
    if decode := load("decode"):
        peers = [found for name in ("peers", "peers-factored") if (found := load(name))]
        parts.append(speed_table(decode, peers, words))
    if train := load("train"):
        rate = f"{train['target_tokens_per_s']:,}"
        parts.append(words["train"].format(rate=rate, cores=train["cores"]))
    return parts


def with_figures(page: str, text: str) -> str:
    """The page's text with its figures renewed."""
    return BLOCK.sub(lambda found: found.group(1) + figures(page) + found.group(2), text)


def main() -> None:
    for page in PAGES:
        file = Path(ROOT / page)
        file.write_text(with_figures(page, file.read_text(encoding="utf-8")), encoding="utf-8")
        print(f"{page} is up to date")


if __name__ == "__main__":
    main()
