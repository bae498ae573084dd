"""Which role each endpoint of the page needs, in one table; what is not in it is for administrators alone.

Hiding an endpoint does not protect it: whoever knows its name can call it. So each handler asks."""

import functools
import inspect
from collections.abc import Callable
from typing import Any, get_type_hints

import gradio as gr

from demo_app.services.people import Person, Role, acting, acting_as, require_role

PersonOf = Callable[[str | None], Person]
"""From the account that Gradio was told (`auth_dependency`) to whom the services see."""

_TRANSLATE = (
    *("translate", "read_as", "swap", "use_example", "pick_sentence", "pick_hypothesis"),
    *("open_draft", "compare"),
    *("reword", "go_on", "edit_attention", "switch_heads", "own_translation", "step_back", "step_forth"),
    *("show_memory", "weigh_words", "trace", "check_attention", "compare_runs", "pin", "open_link", "whoami"),
)
_OWN = (
    *("save", "confirm", "undo", "search", "turn_page", "open_record", "compare_edit", "save_revision"),
    *("close_record", "open_dataset", "offer_exports", "open_kept", "turn_kept", "withdraw_kept"),
    "withdraw_all_kept",
)
"""On their own corrections, which the services see to."""
_ANNOTATE = (
    *("open_annotate", "start_project", "answer_turn", "skip_turn", "flag_turn", "keep_turn", "leave_turn"),
    *("take_answer_back", "open_answer", "revise_answer", "compare_turn"),
)
"""In the projects that are open to them, on their own turns and answers."""
_REVIEW = (
    *("delete_record", "restore_record", "release_record", "set_aside_again", "export_file"),
    "freeze_snapshot",
)
_DECIDE = (
    *("open_review", "search_review", "pick_review", "accept_version", "reject_version", "choose_version"),
    *("release_version", "reopen_decision"),
)
_PROJECTS = ("open_projects", "open_project", "measure_project")
_LEAD = ("create_project", "close_project", "reopen_project")
_MODELS = (
    *("open_models", "choose_model", "open_version", "sift_changes", "print_report"),
    *("open_job", "watch_jobs", "draw_curves", "settle_job"),
)
_TRAIN = (
    *("open_training", "plan_training", "freeze_training", "start_training", "start_again"),
    *("cancel_job", "promote_version", "roll_back", "clean_up", "send_trial"),
)

RIGHTS: dict[str, Role] = {
    **dict.fromkeys((*_TRANSLATE, *_OWN, *_ANNOTATE), "annotator"),
    **dict.fromkeys((*_REVIEW, *_DECIDE, *_PROJECTS, *_MODELS), "reviewer"),
    **dict.fromkeys((*_LEAD, *_TRAIN), "admin"),
}
"""By the name of the handler."""


def right_of(handler: Callable[..., Any]) -> Role:
    """The least role that may call it."""
    return RIGHTS.get(handler.__name__, "admin")


def restricted(handler: Callable[..., Any]) -> Callable[..., Any]:
    """The same handler, but it raises `NotAllowedError` for whoever lacks the right."""
    role = right_of(handler)
    if inspect.iscoroutinefunction(handler):

        @functools.wraps(handler)
        async def handled_later(*inputs: Any) -> Any:
            require_role(acting(), role)
            return await handler(*inputs)

        return handled_later

    @functools.wraps(handler)
    def handled(*inputs: Any) -> Any:
        require_role(acting(), role)
        return handler(*inputs)

    return handled


def in_the_caller_s_name(
    answer: Callable[..., Any], handler: Callable[..., Any], person_of: PersonOf
) -> Callable[..., Any]:
    """The same answer, but given to the person whom Gradio says called.

    Not to whom the web server saw: an event may wait in Gradio's queue, outside of its request. Gradio finds
    the parameter for the caller by its type, last among those of the handler."""
    if inspect.iscoroutinefunction(answer):

        async def asked_later(*inputs: Any) -> Any:
            with acting_as(person_of(inputs[-1].username)):
                return await answer(*inputs[:-1])

        return _with_caller(asked_later, handler)

    def asked(*inputs: Any) -> Any:
        with acting_as(person_of(inputs[-1].username)):
            return answer(*inputs[:-1])

    return _with_caller(asked, handler)


def _with_caller(asked: Callable[..., Any], handler: Callable[..., Any]) -> Callable[..., Any]:
    signature = inspect.signature(handler)
    caller = inspect.Parameter("caller", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=gr.Request)
    parameters = [*signature.parameters.values(), caller]
    asked.__name__ = asked.__qualname__ = handler.__name__
    asked.__doc__ = handler.__doc__
    asked.__annotations__ = {**get_type_hints(handler), "caller": gr.Request}
    asked.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]
    return asked
