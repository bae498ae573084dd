"""Everything that may go wrong, as one tree. Catch at the level you can act on.

InterlinearError
├── InputError                    what a person sent cannot be used; say so and keep their text
│   ├── EmptyTextError
│   ├── TextTooLongError
│   ├── ForbiddenCharacterError   NUL, control characters, lone surrogates
│   ├── UnsupportedDirectionError
│   └── PromotionRefusedError     the gate does not let a version of a model through
├── ConfigError                   an option is out of range or contradicts another
├── CheckpointError               a model folder cannot be used
│   ├── CheckpointNotFoundError
│   ├── CorruptCheckpointError    truncated, a byte flipped, not what its checksums say
│   └── CheckpointVersionError    written by a newer release
├── CorpusError                   a file of sentence pairs cannot be read or made
│   ├── DownloadError             its home cannot be reached, or does not have it
│   └── ArchiveError              what was fetched is broken, or not what its checksum says
├── NonFiniteScoresError          a model returned NaN or infinity
├── TrainingDivergedError         loss or gradient became NaN or infinite
├── NoAttentionError              the model has no attention to show
├── DeviceMemoryError             the device ran out of memory even for one sentence
├── StoreError                    the database cannot do it; nothing was changed
│   ├── StoreUnavailableError     locked, read-only, disk full, not reachable
│   ├── StoreVersionError         written by a newer release
│   ├── NotFoundError
│   └── StaleRevisionError        somebody else changed the record first
├── LoginError                    name and password do not fit
├── NotAllowedError               the person's role forbids it
│   └── ConsentMissingError       they have not accepted the licence, or not said which languages they know
└── BusyError                     too many requests are waiting; try again

A message says what must hold, what was got and what to do, in one sentence a visitor understands.
"""


class InterlinearError(Exception):
    """Root of the tree. Its text may be shown to a person as it stands."""


class InputError(InterlinearError):
    """What a person sent cannot be used."""


class EmptyTextError(InputError):
    """There is nothing to translate."""


class TextTooLongError(InputError):
    """The text is longer than a limit."""


class ForbiddenCharacterError(InputError):
    """The text holds a character that no text should hold."""


class UnsupportedDirectionError(InputError):
    """The model was not trained for this pair of languages."""


class PromotionRefusedError(InputError):
    """The gate does not let a version of a model through; its text says which condition failed."""


class ConfigError(InterlinearError):
    """An option is out of range or contradicts another."""


class CheckpointError(InterlinearError):
    """A model folder cannot be used."""


class CheckpointNotFoundError(CheckpointError):
    """The model folder, or a file in it, is missing."""


class CorruptCheckpointError(CheckpointError):
    """The folder's content is not what its checksums say."""


class CheckpointVersionError(CheckpointError):
    """The folder was written by a newer release."""


class CorpusError(InterlinearError):
    """A file of sentence pairs cannot be read or made."""


class DownloadError(CorpusError):
    """The home of a corpus cannot be reached, or does not have it."""


class ArchiveError(CorpusError):
    """An archive is broken, or not what its checksum says."""


class NonFiniteScoresError(InterlinearError):
    """A model returned NaN or infinity where a score was needed."""


class TrainingDivergedError(InterlinearError):
    """Loss or gradient became NaN or infinite; no weight was changed by it."""


class NoAttentionError(InterlinearError):
    """The model has no attention to show."""


class DeviceMemoryError(InterlinearError):
    """The device ran out of memory even for a single sentence."""


class StoreError(InterlinearError):
    """The database cannot do what was asked; nothing was changed."""


class StoreUnavailableError(StoreError):
    """The database is locked, read-only, full or not reachable."""


class StoreVersionError(StoreError):
    """The database was written by a newer release."""


class NotFoundError(StoreError):
    """No such record."""


class StaleRevisionError(StoreError):
    """Somebody else changed the record first."""


class LoginError(InterlinearError):
    """Name and password do not fit, or the account is disabled; which of them is not told."""


class NotAllowedError(InterlinearError):
    """Somebody is not logged in, or has a role that does not reach that far."""


class ConsentMissingError(NotAllowedError):
    """Somebody has not accepted the dataset's licence, or not stated their languages."""


class BusyError(InterlinearError):
    """Too many requests are waiting. `retry_after_s`: when another attempt may fare better."""

    def __init__(self, message: str, retry_after_s: float = 1.0) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s
