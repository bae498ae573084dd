"""What each field of a record means. docs/dataset.md has the same table; a test compares the two."""

MEANINGS = {
    "schema_version": ("integer", "1. JSON lines only"),
    "id": ("string", "of the record; the same in every revision"),
    "revision": ("integer", "from 1; every edit, release, review, deletion and restoration adds one"),
    "translation_id": ("string", "of the translation it is about"),
    "segment_index": ("integer", "which sentence of that translation, from 0"),
    "hypothesis_index": ("integer", "which of the n-best list was corrected, from 0"),
    "source_language": ("string", "code, as `fr`"),
    "target_language": ("string", "code, as `en`"),
    "source_text": ("string", "the sentence as the model was given it"),
    "machine_text": ("string", "what the model wrote"),
    "corrected_text": ("string", "what it should have been; equal to `machine_text` when it was right"),
    "edits": (
        "objects or null",
        "the words changed, in order: `kind` (`insert`, `delete`, `replace`), and that characters `start` to "
        "before `end` of `machine_text` became `text`",
    ),
    "verdict": ("string", "`corrected` or `right`"),
    "status": (
        "string",
        "`submitted`, `accepted`, `rejected` or `quarantined` (`withdrawn` ones are never exported); an edit "
        "makes it `submitted` again, or `quarantined`",
    ),
    "reason": ("string", "why a reviewer rejected it; empty otherwise"),
    "comment": ("string", "what its author told the reviewers"),
    "checks": (
        "objects",
        "what the quality gate found about this text: `check`, `severity`, `values`; a release keeps them",
    ),
    "hter": (
        "number",
        "edits per word of the corrected text (Snover et al. 2006); 0 when nothing changed, can exceed 1",
    ),
    "hter_signature": ("string", "how `hter` was counted, spelled as sacreBLEU spells its own"),
    "score": ("number", "of the model's own text: log-probability in nats divided by the length penalty"),
    "token_log_probs": ("numbers", "of the same, nats, one for each of `target_ids`"),
    "model_id": ("string", "`name@` and the first twelve digits of the checkpoint's checksum"),
    "model_digest": ("string", "that checksum whole: SHA-256 of the model folder's checksums"),
    "tokenizer_digest": ("string", "SHA-256 of the tokenizer's files"),
    "options": ("object", "of the search: `mode` (`greedy` or `beam`) and what that mode takes"),
    "signature": ("string", "releases, device and number format that the model ran with"),
    "source_ids": ("integers", "token ids as the model read them, with the language tag and the end"),
    "target_ids": ("integers", "token ids of `machine_text` as searched"),
    "n_best": ("strings", "all translations that could be chosen from, best first"),
    "duration_s": ("number", "seconds the person took"),
    "is_control": (
        "boolean or null",
        "whether chance alone chose the item of a project that it answers (its control slice), so that means "
        "over these are unbiased; items with a known answer were not chosen so; null where it answers no "
        "item, and to annotators",
    ),
    "user_id": ("string or null", "who submitted it: a pseudonym; null where nobody logs in"),
    "user_role": ("string or null", "what they were then: `annotator`, `reviewer` or `admin`"),
    "revised_by": ("string or null", "who made this revision"),
    "revised_role": ("string or null", "what they were then"),
    "licence": ("string or null", "licence of the dataset that whoever wrote this text had accepted"),
    "licence_accepted_at": ("string or null", "when they did"),
    "app_version": ("string", "release of this program that made this revision"),
    "created_at": ("string", "UTC, ISO 8601 with microseconds and `Z`; when it was first saved"),
    "updated_at": ("string", "when this revision was made"),
    "deleted_at": ("string or null", "when it was deleted; null, or an empty cell, otherwise"),
    "history": (
        "objects",
        "its earlier revisions, oldest first, each with what it had otherwise. JSON lines only",
    ),
}
"""Name -> (type, meaning), in the order in which a line of JSON has them."""
