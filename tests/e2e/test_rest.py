"""What Gradio does again and again for nothing: not here."""

import json

import httpx
from playwright.sync_api import Page

from demo_app.ui.mount import SCRIPTS
from tests.e2e.serving import Served
from tests.e2e.test_journeys import translate

IS_STILL = """async () => {
  for (let look = 0; look < 40; look += 1) {
    const before = framesAsked;
    await new Promise((done) => setTimeout(done, 250));
    if (framesAsked === before) return true;
  }
  return false;
}"""
"""Whether it comes to rest within ten seconds."""


def test_a_page_at_rest_asks_for_no_frame(page: Page) -> None:
    assert page.evaluate(IS_STILL)
    translate(page, "Il neige sur le port.")
    assert page.evaluate(IS_STILL)


HEARD = """([text, config]) => {
  const body = text.slice(text.indexOf("find_attached_events(e,t){") + 26).split("return e.props")[0];
  const tree = {};
  const of = new Function("e", "t", body + "return n").bind(tree);
  return config.components.map((one) => of(one, config.dependencies));
}"""
"""The listeners of each component, by the script's own words."""


def test_each_component_hears_what_gradio_would_have_it_hear(page: Page, served: Served) -> None:
    (script,) = SCRIPTS.glob("core-*.js")
    mended = httpx.get(f"{served.url}/assets/{script.name}", verify=False).text
    config = page.evaluate("() => JSON.parse(JSON.stringify(gradio_config))")
    twice = [{"targets": [*one["targets"], *one["targets"][:1]]} for one in config["dependencies"]]
    nothing = [{"targets": [[one["id"], None], [one["id"], "click"]]} for one in config["components"][::3]]
    config["dependencies"] = [*config["dependencies"], *twice, *nothing]
    heard = [page.evaluate(HEARD, [text, config]) for text in (script.read_text(encoding="utf-8"), mended)]
    assert mended != script.read_text(encoding="utf-8")
    assert sum(map(len, heard[0])) > 100
    assert json.dumps(heard[0]) == json.dumps(heard[1])
