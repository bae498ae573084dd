"""Whether two rankings agree. numpy only."""

import numpy as np
import numpy.typing as npt


def kendall_tau(first: npt.ArrayLike, second: npt.ArrayLike) -> float | None:
    """Kendall's tau-b, -1 to 1: agreement of two rankings of the same things, ties allowed (Kendall 1945).

    (concordant - discordant) / sqrt((pairs - ties of the first)(pairs - ties of the second)).
    None where one of them ranks nothing, for all its values are equal; `ValueError` for other lengths."""
    x, y = (np.asarray(values, dtype=np.float64) for values in (first, second))
    if x.shape != y.shape or x.ndim != 1:
        raise ValueError(f"Both must be one value for each thing, but have shapes {x.shape} and {y.shape}.")
    order_x, order_y = (np.sign(values[:, None] - values[None, :]) for values in (x, y))
    ranked = float(np.abs(order_x).sum()) * float(np.abs(order_y).sum())
    return float((order_x * order_y).sum() / np.sqrt(ranked)) if ranked else None
