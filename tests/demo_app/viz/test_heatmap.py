"""The heat map shows what the map says, in a form a browser can draw fast and safely."""

import numpy as np
import plotly.graph_objects as go
import pytest

from core.results import AttentionMap
from demo_app.viz.heatmap import MAX_LABELS, heatmap, unique_labels


def attention(
    sources: tuple[str, ...], targets: tuple[str, ...], layers: int = 1, heads: int = 1
) -> AttentionMap:
    """Each layer and head looks at a column of its own."""
    weights = np.zeros((layers, heads, len(targets), len(sources)), dtype=np.float32)
    for layer in range(layers):
        for head in range(heads):
            weights[layer, head, :, layer * heads + head] = 1
    return AttentionMap(sources, targets, weights)


def cells(figure: go.Figure) -> np.ndarray:
    return np.asarray(figure.data[0].z)


def test_rows_are_target_words_from_top_to_bottom() -> None:
    figure = heatmap(attention(("a", "b", "c"), ("x", "y")))
    assert cells(figure).shape == (2, 3)
    assert list(figure.data[0].x) == ["a", "b", "c"] and list(figure.data[0].y) == ["x", "y"]
    assert figure.layout.yaxis.autorange == "reversed"


def test_colours_span_all_probabilities_so_two_maps_compare() -> None:
    trace = heatmap(attention(("a", "b"), ("x",))).data[0]
    assert (trace.zmin, trace.zmax) == (0, 1)


def test_one_head_is_shown_when_it_is_chosen_and_their_mean_otherwise() -> None:
    several = attention(("a", "b", "c", "d", "e", "f"), ("x",), layers=2, heads=3)
    assert cells(heatmap(several, layer=1, head=2)).tolist() == [[0, 0, 0, 0, 0, 1]]
    assert cells(heatmap(several, layer=0)).tolist() == pytest.approx(np.array([[1, 1, 1, 0, 0, 0]]) / 3)
    assert cells(heatmap(several)).tolist() == pytest.approx(np.full((1, 6), 1 / 6))


def test_weights_travel_as_32_bit_numbers() -> None:
    assert cells(heatmap(attention(("a", "b"), ("x",)))).dtype == np.float32


def test_markup_in_a_word_is_shown_and_not_obeyed() -> None:
    figure = heatmap(attention(("<b>bold</b>", "b"), ("<script>", "y")))
    assert "<" not in "".join([*figure.data[0].x, *figure.data[0].y])
    assert figure.layout.xaxis.ticktext[0] == "&lt;b&gt;bold&lt;/b&gt;"


def test_equal_words_keep_columns_of_their_own() -> None:
    labels = unique_labels(("le", "chat", "le", "le"))
    assert len(set(labels)) == 4
    assert [label.rstrip("\u200b") for label in labels] == ["le", "chat", "le", "le"]


def test_a_piece_without_letters_still_has_a_label() -> None:
    assert unique_labels(("", " ")) == ["▁", "▁\u200b"]


@pytest.mark.parametrize("count", [1, 2, 40, 41, 100, 200])
def test_labels_are_thinned_and_cells_are_not(count: int) -> None:
    words = tuple(f"w{index}" for index in range(count))
    figure = heatmap(attention(words, words))
    assert 1 <= len(figure.layout.xaxis.tickvals) <= MAX_LABELS
    assert cells(figure).shape == (count, count)
    shown = zip(figure.layout.xaxis.tickvals, figure.layout.xaxis.ticktext, strict=True)
    assert all(words[position] == text for position, text in shown)


def test_a_very_long_word_is_cut_on_the_axis_only() -> None:
    figure = heatmap(attention(("x" * 300, "b"), ("y",)))
    assert len(figure.layout.xaxis.ticktext[0]) <= 16 and figure.data[0].x[0] == "x" * 300


def test_the_figure_cannot_be_dragged_and_has_no_background_of_its_own() -> None:
    layout = heatmap(attention(("a",), ("x",))).layout
    assert layout.dragmode is False and layout.xaxis.fixedrange and layout.yaxis.fixedrange
    assert layout.paper_bgcolor == layout.plot_bgcolor == "rgba(0,0,0,0)"


def test_labels_stand_level_only_where_there_is_room() -> None:
    few, many = ("il", "pleut."), ("donaudampf", "schifffahrt", "gesellschaft", "hier")
    angles = [heatmap(attention(words, ("x",))).layout.xaxis.tickangle for words in (few, many)]
    assert angles == [0, -45]


def test_height_follows_the_rows_within_limits() -> None:
    heights = [heatmap(attention(("a",), tuple(map(str, range(n))))).layout.height for n in (1, 10, 20, 199)]
    assert heights == sorted(heights) and heights[0] >= 150 and heights[-1] <= 700
