"""The page about the API names every route, every role and every kind of error."""

import re

from demo_app.api.errors import ANSWERS
from tests.demo_app.api.rig import ApiRig
from tests.sources import ROOT

PAGE = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")


def test_every_route_is_on_the_page_with_its_role(rig: ApiRig) -> None:
    listed = set(re.findall(r"^\| `([A-Z]+) (/\S+)` \| (\w+) \|", PAGE, re.M))
    found = {
        (method.upper(), path, operation["x-role"])
        for path, operations in rig.described()["paths"].items()
        for method, operation in operations.items()
    }
    assert listed == found


def test_every_field_of_a_body_is_on_the_page(rig: ApiRig) -> None:
    schemas = rig.described()["components"]["schemas"]
    asked = {
        name for schema in schemas if schema.endswith("Request") for name in schemas[schema]["properties"]
    }
    assert len(asked) > 10 and [name for name in asked if f"`{name}`" not in PAGE] == []


def test_every_kind_of_error_is_on_the_page_with_its_status() -> None:
    rows = re.findall(r"^\| (\d+) \| (`.*?) \|", PAGE, re.M)
    listed = {(int(status), kind) for status, kinds in rows for kind in re.findall(r"`(\w+)`", kinds)}
    assert set(ANSWERS.values()) <= listed


def test_the_description_says_where_the_api_is_and_who_may(rig: ApiRig) -> None:
    described = rig.described()
    assert described["servers"] == [{"url": "/api/v1"}]
    assert f"is now **{described['info']['version']}**" in PAGE.replace("\n", " ")
    operation = described["paths"]["/models"]["get"]
    assert operation["security"] and "422" not in operation["responses"]
