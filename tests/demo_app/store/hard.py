"""Texts that files get wrong."""

from hypothesis import strategies as st

HARD_TEXTS = [
    "👩‍👩‍👧‍👦 done 🏳️‍🌈",
    "שלום, \u202eעולם\u202c!",
    "السلام عليكم",
    "tab\there\tand\tthere",
    "line\nend\r\nand\rold",
    "she said \"no\", twice; 'really'",
    "=1+1",
    "+33 1 23",
    "-- dash",
    "@home",
    "\t=cmd",
    "\r@x",
    "'=quoted formula",
    "''+twice",
    "'tis",
    "＝full width",
    "next\x85line\u2028and\u2029paragraph",
    "comma, semicolon; \\ backslash {} <script>alert('x')</script>",
    "",
    " spaces around ",
]
ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)
"""Whatever the store takes."""
