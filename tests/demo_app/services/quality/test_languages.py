from collections.abc import Callable

import pytest

from demo_app.services.quality.languages import LangidDetector, check_language, check_script, reads_like
from tests.demo_app.services.quality.samples import GOOD, spoiled

ENGLISH = "The children are picking up chestnuts in the park."
OTHERS = {
    "fr": "Les enfants ramassent des châtaignes dans le parc.",
    "de": "Die Kinder sammeln im Park Kastanien.",
    "es": "Los niños recogen castañas en el parque.",
    "zh": "孩子们在公园里捡栗子。",
    "ru": "Дети собирают каштаны в парке.",
}


@pytest.fixture(scope="module")
def detector() -> LangidDetector:
    return LangidDetector()


def test_a_sentence_passes_as_its_own_language_and_as_no_other(detector: LangidDetector) -> None:
    texts = {"en": ENGLISH, **OTHERS}
    for language, text in texts.items():
        for wanted in texts:
            one = spoiled(text, target_language=wanted)
            passes = not (check_script(one) or check_language(one, detector))
            assert passes == (wanted == language), (language, wanted)


def test_a_finding_names_the_language_that_was_found(detector: LangidDetector) -> None:
    finding = check_language(spoiled(OTHERS["de"]), detector)
    assert finding and finding.values == {"found": "de", "wanted": "en"}


@pytest.mark.parametrize("text", ["Oui.", "Tom!", "12:30", "42", "OK ok", ""])
def test_what_is_too_short_to_tell_is_not_judged(detector: LangidDetector, text: str) -> None:
    assert not check_language(spoiled(text), detector)
    assert not check_script(spoiled(text))


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("par Tim Golden", "by Tim Golden"),
        ("Client écho en UDP", "UDP Echo Client"),
        ("Code source : Lib/asyncio/futures.py, Lib/asyncio/base_futures.py",) * 2,
        ("detach, read, readline, et write", "detach, read, readline, and write"),
    ],
)
def test_names_and_code_that_the_source_has_say_nothing_of_a_language(
    detector: LangidDetector, source: str, text: str
) -> None:
    assert not check_language(spoiled(text, source_text=source), detector)


@pytest.mark.parametrize("change", [str, str.lower, str.upper, lambda text: text.rstrip(".")])
def test_what_has_no_word_of_its_own_is_a_copy_and_no_name(
    detector: LangidDetector, change: Callable[[str], str]
) -> None:
    for language, source in OTHERS.items():
        copy = spoiled(change(source), source_text=source)
        assert check_script(copy) or check_language(copy, detector), language


def test_a_language_that_the_detector_does_not_know_is_not_judged(detector: LangidDetector) -> None:
    assert not check_language(spoiled("B OW1 L IH0 NG G IY2 N", target_language="phones"), detector)


@pytest.mark.parametrize("language", OTHERS)
def test_a_text_in_another_language_is_told_where_that_can_be_read(
    detector: LangidDetector, language: str
) -> None:
    known = ("de", "en", "es", "fr", "zh")
    told = language if language in known else None
    assert reads_like(OTHERS[language], "en", known, detector) == told
    assert reads_like(OTHERS[language], language, known, detector) is None
    assert reads_like(OTHERS[language], "en", ("en",), detector) is None


@pytest.mark.parametrize("text", ["Oui.", "42", "", "👍👍👍", "Hotel Meridiana", "\0"])
def test_of_what_could_be_either_nothing_is_told(detector: LangidDetector, text: str) -> None:
    assert reads_like(text, "en", ("de", "en", "es", "fr", "zh"), detector) is None


def test_probabilities_are_shares_of_one(detector: LangidDetector) -> None:
    assert sum(detector.probabilities(ENGLISH).values()) == pytest.approx(1, abs=1e-3)


def test_names_that_the_source_has_do_not_count_as_script() -> None:
    code = "PyUnicode_FindChar、PyUnicode_AsUTF8AndSize"
    one = spoiled(f"使用 {code} 。", source_text=f"Use {code} instead.", target_language="zh")
    assert not check_script(one)
    assert check_script(spoiled("Use something else instead.", target_language="zh"))


@pytest.mark.parametrize(
    ("language", "text"),
    [("zh-CN", "孩子们在公园里捡栗子。"), ("hy", "Երեխաները շագանակ են հավաքում։"), ("ta", "குழந்தைகள்")],
)
def test_a_language_has_its_script_whatever_its_region(language: str, text: str) -> None:
    assert not check_script(spoiled(text, target_language=language))


def test_the_script_is_that_of_most_letters() -> None:
    assert not check_script(spoiled("The letter Ω comes last in the Greek alphabet."))
    finding = check_script(spoiled("ghbdtn мир"))
    assert not finding
    finding = check_script(spoiled("руддщ цкщдв"))
    assert finding and finding.values == {"script": "Cyrillic"}


def test_full_width_letters_are_latin() -> None:
    assert not check_script(spoiled("Ｔｈｅ ｓｈｏｐ"))
    assert GOOD.target_language == "en"
