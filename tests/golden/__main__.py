"""Pin what shipped models say now: `python -m tests.golden NAME...`. Read the difference before a commit."""

import sys

import torch

from core.translator import Translator
from tests.golden.rows import MODELS, make_rows, write_rows


def main() -> None:
    torch.set_num_threads(1)
    for name in sys.argv[1:]:
        print(write_rows(name, make_rows(Translator.load(MODELS / name, "cpu"))))


if __name__ == "__main__":
    main()
