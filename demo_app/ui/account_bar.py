"""Who is logged in, at the top of the page: their work, their account, the way out."""

import gradio as gr

from demo_app.services.people import acting
from demo_app.ui.components.widget import widget
from demo_app.ui.feedback import Update, said
from demo_app.ui.language import language_of
from demo_app.ui.listen import Listener
from demo_app.ui.services import Services
from demo_app.ui.strings import Strings


def build_account_bar(services: Services, strings: Strings, page: gr.Blocks) -> None:
    """Nothing where nobody logs in. Filled once the page is open, as one page serves everybody."""
    if not services.login:
        return
    up = "../" if language_of(strings.language).folder else ""
    links = {name: up + name for name in ("mine", "me", "logout")}
    bar = widget("account", labels=strings.account, links=links, elem_id="account")
    notice = widget("notice", elem_id="account-notice")

    def whoami() -> Update:
        """Name and role of the account."""
        person = acting()
        missing = {} if person.may_contribute else {notice: said(strings.account["not_yet"], "warning")}
        return {bar: {"name": person.name, "role": person.role}, **missing}

    Listener(strings, services.person_of)(page.load, notice, whoami, [], [bar])
