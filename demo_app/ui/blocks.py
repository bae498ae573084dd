"""The whole page, composed."""

import contextlib
import inspect
from collections.abc import Iterator

import gradio as gr
from gradio.routes import App

from demo_app.ui.about_tab import build_about_tab
from demo_app.ui.account_bar import build_account_bar, wire_account_bar
from demo_app.ui.annotate_tab import build_annotate_tab
from demo_app.ui.components.widget import widget
from demo_app.ui.dataset_tab import build_dataset_tab
from demo_app.ui.language import links_from
from demo_app.ui.listen import in_browser
from demo_app.ui.models_tab import build_models_tab
from demo_app.ui.projects_tab import build_projects_tab
from demo_app.ui.review_tab import build_review_tab
from demo_app.ui.services import Services
from demo_app.ui.strings import Strings
from demo_app.ui.translate_tab import build_translate_tab

# Files of Gradio's own cache (exports): looked at every hour, gone after a day.
CACHE_S = (3600, 86_400)
MOST_WAITING = 256

# What was typed on the page of another language (assets/components/brand.js).
TYPED_BEFORE = """() => {
  const typed = sessionStorage.getItem('interlinear.typed');
  sessionStorage.removeItem('interlinear.typed');
  return typed || document.querySelector('#source-text textarea').value;
}"""


def build_page(services: Services, strings: Strings) -> gr.Blocks:
    """The page in one language, to be mounted. Loads the models, because their directions decide what it
    offers."""
    with _routes_left_out():
        page = _composed(services, strings)
        page.queue(max_size=MOST_WAITING)
        _look_seldom(page)
    for kind in {type(block) for block in page.blocks.values()}:
        made = kind.__init__
        # Looked up for each component when a visitor comes, who held up all others for twice as long.
        made.__signature__ = inspect.signature(made)  # type: ignore[attr-defined]
    return page


def _look_seldom(page: gr.Blocks) -> None:
    """Gradio looks a thousand times a second whether its queue has work, and ours never has (ui/listen.py): a
    ninth of a slow core for two pages. As often as it looks on Windows is enough."""
    page._queue.sleep_when_free = 0.05
    page._queue.progress_update_sleep_when_free = 0.1


@contextlib.contextmanager
def _routes_left_out() -> Iterator[None]:
    """Gradio makes the 82 routes of a page when it is begun, ended and queued, and those that are served when
    it is mounted: most of the time of a start."""
    made = App.create_app
    try:
        App.create_app = staticmethod(lambda *_, **__: None)  # type: ignore[method-assign, assignment]
        yield
    finally:
        App.create_app = staticmethod(made)  # type: ignore[method-assign]


def _composed(services: Services, strings: Strings) -> gr.Blocks:
    models = services.translation.models()
    trouble = services.model_trouble()
    told = strings.page.damaged_model if models else strings.page.no_model
    problem = told.format(sentences=trouble) if trouble else ""
    # analytics_enabled: the default looks up addresses outside.
    page = gr.Blocks(title=strings.page.title, analytics_enabled=False, delete_cache=CACHE_S, fill_width=True)
    with page:
        account = build_account_bar(services, strings)
        with gr.Row(elem_id="head"):
            languages = links_from(strings.language)
            widget("brand", labels=strings.brand, languages=languages, elem_id="brand")
            groups = [
                {"title": strings.page.tab_annotate, "keys": strings.annotate_keys},
                {"title": strings.page.tab_review, "keys": strings.review_keys},
            ]
            widget("keys", labels=strings.help, keys=strings.keys, groups=groups, elem_id="keys")
        with gr.Tabs(elem_id="tabs"):
            with gr.Tab(strings.page.tab_translate, id="translate"):
                text = build_translate_tab(services, strings, models, problem)
            with gr.Tab(strings.page.tab_annotate, id="annotate") as annotate:
                build_annotate_tab(services, strings, annotate)
            with gr.Tab(strings.page.tab_dataset, id="dataset") as dataset:
                build_dataset_tab(services, strings, models, dataset)
            # Shown once it is known who is there; without login that is known already.
            for_all = not services.login
            with gr.Tab(strings.page.tab_projects, id="projects", visible=for_all) as projects:
                build_projects_tab(services, strings, models, projects)
            with gr.Tab(strings.page.tab_review, id="review", visible=for_all) as review:
                build_review_tab(services, strings, review)
            with gr.Tab(strings.page.tab_models, id="models", visible=for_all) as versions:
                build_models_tab(services, strings, models, versions)
            with gr.Tab(strings.page.tab_about, id="about"):
                build_about_tab(strings, models)
        if account:
            wire_account_bar(services, strings, page, account, [projects, review, versions])
        in_browser(page.load, TYPED_BEFORE, [], [text])
    return page
