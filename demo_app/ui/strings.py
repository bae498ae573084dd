"""Every word of the page that a person reads, in one place. `{name}` is filled in where it is used."""

NAME = "Interlinear"
TITLE = "Interlinear: translation that shows its work"
BRAND = {"name": NAME, "tagline": "Translation that shows its work"}

TAB_TRANSLATE = "Translate"
TAB_DATASET = "Dataset"
TAB_ABOUT = "About"

LANGUAGES = {
    "de": "German",
    "en": "English",
    "es": "Spanish",
    "fr": "French",
    "it": "Italian",
    "zh": "Chinese",
}
"""A code that is not here is shown as it is."""

ROUTE = {"from": "From", "to": "To", "swap": "Swap languages", "model": "Model", "none": "No model"}
DECODING = {
    "search": "Search",
    "greedy": "Greedy",
    "beam": "Beam",
    "greedy_hint": "Take the most probable piece at every step",
    "beam_hint": "Keep several translations alive and take the best",
    "beam_size": "Size",
    "length_penalty": "Length penalty",
    "n_best": "Show best",
}

SOURCE = "Text to translate"
SOURCE_PLACEHOLDER = "Type or paste a text"
TRANSLATE = "Translate"
CLEAR = "Clear"
COPY = {"copy": "Copy", "copied": "Copied"}
EXAMPLES = "Try one"

NO_WORDS = "no words"
GLOSS = {
    "empty": "The translation appears here, word under word. Point at a word to see what it was made from.",
    "source": "Source words",
    "target": "Translation",
    "confidence": "{percent} % sure",
    "no_words": NO_WORDS,
    "legend": "The stronger the line, the less sure the model was of the word",
}
SENTENCES = {"sentences": "Sentences of the translation; choose one to look into it"}

FACT_SCORE = "Score"
FACT_SCORE_HINT = "Log-probability divided by the length penalty; higher is better"
FACT_LOG_PROB = "Log-prob"
FACT_LOG_PROB_HINT = "Natural logarithm of the probability of the whole sentence"
FACT_TIME = "Time"
FACT_TIME_HINT = "From the request to the answer, all sentences"
FACT_MODEL = "Model"
FACT_CUT = "Cut"
FACT_CUT_VALUE = "at the length limit"
FACT_CUT_HINT = "The model had not ended this sentence when the length limit was reached"

NBEST_TITLE = "Other readings"
NBEST = {
    "no_words": NO_WORDS,
    "hypotheses": "Hypotheses, best first",
    "score_hint": "Score; the bar is how probable it is beside the best",
}

CORRECT_TITLE = "Your correction"
CORRECT = "Corrected translation"
CORRECT_PLACEHOLDER = "Write the translation as it should be"
SAVE = "Save"
RIGHT = "It was right"
DIFF = {
    "unchanged": "Change the text above and every edit shows here.",
    "diff": "Your changes",
    "hter": "HTER",
    "hter_hint": "Share of words a person had to change (human-targeted translation edit rate)",
}
SAVED = "Saved as a correction, HTER {hter}."
SAVED_AGAIN = "Saved as revision {revision}, HTER {hter}."
SAVED_RIGHT = "Noted: this translation was right."
UNDO = "Undo"
UNDONE = "Taken back. Your text is still in the box."
NOT_CHANGED = "The text is the model's own; change it, or press “It was right”."
CHANGED = "You changed the text; press Save, or put the model's words back first."
MOVED_ON = "Another sentence came onto the page meanwhile, so nothing was saved; look at it and save again."
ALREADY_SAVED = "This is saved already."
NOTHING_SHOWN = "There is no translation on the page yet; translate a text first."
NOTHING_TO_UNDO = "There is nothing to take back."
DRAFTS = {"unsaved": "Not saved yet", "open_draft": "Go back to it"}

ATTENTION_TITLE = "Attention"
ATTENTION_NOTE = "Each row shows where the model looked while it wrote that word."
ATTENTION_VIEW = {
    "unit": "Unit",
    "words": "Words",
    "pieces": "Pieces",
    "words_hint": "Pieces joined to words",
    "pieces_hint": "Subword pieces as the model reads and writes them",
    "layer": "Layer",
    "layer_mean": "All layers",
    "head": "Head",
    "head_mean": "All heads",
}

FILTERS = {
    "placeholder": "Search source and translations",
    "direction": "Direction",
    "any_direction": "All directions",
    "verdict": "Verdict",
    "any_verdict": "All verdicts",
}
VERDICTS = {"corrected": "Corrected", "right": "Right"}
RECORDS = {
    **VERDICTS,
    "empty": "No corrections yet. Translate a text, correct it, and it is kept here.",
    "source": "Source",
    "machine": "Machine",
    "corrected": "Corrected",
    "hter": "HTER",
    "when": "When",
}
NO_MATCH = "No correction matches this search."
PAGER = {"previous": "Previous", "next": "Next"}
SUMMARY = "{first}–{last} of {total}"
EXPORT_JSONL = "Export JSONL"
EXPORT_CSV = "Export CSV"
EXPORTED = "The file holds the corrections that the search shows, all pages."

HEADLINE_TOTAL = "corrections"
HEADLINE_HTER = "mean HTER"

EDITOR_TITLE = "Correction"
EDITOR_TEXT = "Corrected translation, new revision"
SAVE_REVISION = "Save revision"
DELETE = "Delete"
CLOSE = "Close"
HISTORY = {"source": "Source", "machine": "Machine", "history": "History ({count})"}
EDIT_SAVED = "Saved as revision {revision}; the earlier ones are kept."
EDIT_STALE = (
    "{error} Your text is kept below; the newest text is in the history. Save again to put yours on top."
)
EDIT_UNSAVED = "The open correction has changes that are not saved; save them or close it first."
NOT_OPEN = "No correction is open; choose one in the list first."
DELETED = "Deleted."
RESTORED = "Restored."

NO_MODEL = "No model can be used, so nothing can be translated yet. {sentences}"
DAMAGED_MODEL = "A model cannot be used: {sentences}"
UNEXPECTED = (
    "Something went wrong in the program (error {id}); your text is still here, and the log says more."
)

ABOUT_INTRO = """
## What this is

An interlinear gloss sets a translation word under word beneath its source. Interlinear does that for a
neural translation model: it shows how sure the model was of each word, which source words it looked at, and
what else it considered. What people correct here becomes a dataset that can be exported at any time.

**Reading the page.** *Score* is the log-probability divided by a length penalty; beam search ranks by it.
*HTER* is the share of words a person had to change. *Attention* is where the decoder looked while it wrote;
it is evidence, not proof.

Interlinear is free software under the Apache License 2.0. Nothing you type leaves this server.
"""
MODEL_HEADING = "## Model {name}\n\n`{model_id}` · {parameters:,} parameters"
NO_CARD = "This model has no card."
