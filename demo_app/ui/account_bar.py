"""Who is logged in, at the top of the page: their work, their account, the way out."""

from collections.abc import Sequence
from dataclasses import dataclass

import gradio as gr

from demo_app.services.people import acting
from demo_app.ui.components.widget import widget
from demo_app.ui.feedback import Update, said
from demo_app.ui.language import language_of
from demo_app.ui.listen import Listener
from demo_app.ui.services import Services
from demo_app.ui.strings import Strings


@dataclass(frozen=True, kw_only=True)
class AccountBar:
    """What tells who is there."""

    bar: gr.HTML
    notice: gr.HTML


def build_account_bar(services: Services, strings: Strings) -> AccountBar | None:
    """Nothing where nobody logs in."""
    if not services.login:
        return None
    up = language_of(strings.language).up
    links = {name: up + name for name in ("mine", "me", "logout")}
    bar = widget("account", labels=strings.account, links=links, elem_id="account")
    return AccountBar(bar=bar, notice=widget("notice", elem_id="account-notice"))


def wire_account_bar(
    services: Services, strings: Strings, page: gr.Blocks, account: AccountBar, reviewing: Sequence[gr.Tab]
) -> None:
    """Fills it once the page is open, as one page serves everybody; `reviewing`: tabs for reviewers alone.

    Annotators do not see what would refuse them; that it does is the business of ui/rights.py."""

    def whoami() -> Update:
        """Name and role of the account."""
        person = acting()
        told: Update = {account.bar: {"name": person.name, "role": person.role}}
        if not person.may_contribute:
            told[account.notice] = said(strings.account["not_yet"], "warning")
        return {**told, **{tab: gr.update(visible=person.may("reviewer")) for tab in reviewing}}

    listen = Listener(strings, services.person_of)
    listen(page.load, account.notice, whoami, [], [account.bar, *reviewing])
