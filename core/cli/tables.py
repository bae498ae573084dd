"""Reports as text for a terminal. Measures nothing."""

from collections.abc import Iterator, Sequence
from typing import Any

from core.evaluation.compare import ComparisonReport
from core.evaluation.measures import LABELS


def report_table(report: dict[str, Any]) -> str:
    """What `evaluate` found: each measure with its signature, then the rest."""
    return "\n".join(_report_lines(report))


def _report_lines(report: dict[str, Any]) -> Iterator[str]:
    yield from (
        f"{LABELS[name]:20} {report[name]:7.2f}   {sign}" for name, sign in report["signatures"].items()
    )
    yield f"{'perplexity':20} {report['perplexity']:7.2f}   a piece, of the first reference"
    yield f"{'token accuracy':20} {report['token_accuracy']:7.2f}   % of its pieces, given the ones before"
    for name in ("distinct_1", "distinct_2", "n_best_distinct_1", "n_best_distinct_2", "self_bleu"):
        if name in report:
            yield f"{name.replace('_', '-'):20} {report[name]:7.3f}"
    if counts := report.get("coverage"):
        shares = [100 * counts[name] / counts["words"] for name in ("under_attended", "over_attended")]
        yield f"{'source words':20} {shares[0]:6.1f} % hardly attended to, {shares[1]:.1f} % twice or more"
    for row in report["by_length"]:
        yield (
            f"{row['length'] + ' ' + row['unit']:20} BLEU {row['bleu']:6.2f}   chrF {row['chrf']:6.2f}   "
            f"{row['sentences']} sentences"
        )
    yield (
        f"{report['sentences']} sentences, {report['sentences_per_s']:.1f} a second, "
        f"model {report['model_id']}"
    )


def comparison_table(report: ComparisonReport) -> str:
    """Each measure of A and B with intervals, difference and p-values; signatures below."""
    rows: list[tuple[str, ...]] = [("", "A", "95 %", "B", "95 %", "B - A", "p bootstrap", "p randomised")]
    for row in report.measures:
        intervals = [f"{low:.2f}-{high:.2f}" for low, high in (row.a_interval, row.b_interval)]
        scores = [f"{row.a:.2f}", intervals[0], f"{row.b:.2f}", intervals[1], f"{row.difference:+.2f}"]
        rows.append((LABELS[row.measure], *scores, f"{row.p_bootstrap:.4f}", f"{row.p_randomisation:.4f}"))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = [f"A = {report.a.name}", f"B = {report.b.name}"]
    lines += [_aligned(row, widths) for row in rows]
    lines += [f"{LABELS[row.measure]}: {row.signature}" for row in report.measures]
    return "\n".join(lines)


def _aligned(row: Sequence[str], widths: Sequence[int]) -> str:
    first, *others = row
    cells = (text.rjust(width) for text, width in zip(others, widths[1:], strict=True))
    return "  ".join([first.ljust(widths[0]), *cells])
