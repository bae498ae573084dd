"""The routes of the pages without a script: read, ask a service, draw or send on."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import BinaryIO

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse

from core.errors import InputError, InterlinearError
from demo_app.services.accounts import AccountService
from demo_app.services.own_work import OwnWorkService
from demo_app.store.users import UserRecord
from demo_app.web.forms import read_form
from demo_app.web.guard import person_asking
from demo_app.web.pages import Pages
from demo_app.web.places import place_of
from demo_app.web.session import Sessions

_LEVEL = "level-"
_CHUNK_BYTES = 65_536


@dataclass(frozen=True, kw_only=True)
class Web:
    """Handlers; closed over what they ask, they keep nothing of a visitor."""

    accounts: AccountService
    sessions: Sessions
    own_work: OwnWorkService
    pages: Pages
    codes: Sequence[str]
    """Languages that somebody is asked about."""

    async def login_page(self, request: Request) -> Response:
        """Whoever is logged in already is sent on."""
        if person_asking(request).role is not None:
            return self._on(request)
        return self._login(request)

    async def log_in(self, request: Request) -> Response:
        """A cookie and a way on, or the page again with what was wrong."""
        name = ""
        try:
            form = await read_form(request)
            name = form.get("name", "")
            address = request.client.host if request.client else ""
            user = await run_in_threadpool(
                self.accounts.authenticate, name, form.get("password", ""), address
            )
        except InterlinearError as error:
            return self._login(request, 403, self.pages.told(error, request), name)
        agreed = self.accounts.person_of(user).may_contribute
        response = self._on(request) if agreed else _to("me")
        self.sessions.open(response, user, request)
        return response

    async def logout_page(self, request: Request) -> Response:
        """Asks; a link alone changes nothing."""
        return self.pages.draw("logout", request, person_asking(request))

    async def log_out(self, request: Request) -> Response:
        """Takes the cookie away."""
        response = _to("login")
        self.sessions.close(response)
        return response

    def me_page(self, request: Request) -> Response:
        """Languages and licence as they stand."""
        return self._me(request, saved="saved" in request.query_params)

    async def save_me(self, request: Request) -> Response:
        """Keep both; the first time all of it goes on to the page."""
        try:
            form = await read_form(request)
            await run_in_threadpool(self._keep, request, form)
        except InterlinearError as error:
            problem = self.pages.told(error, request)
            return await run_in_threadpool(self._me, request, 400, problem)
        return _to("me?saved=1")

    async def save_password(self, request: Request) -> Response:
        """Another password, and a new cookie, for every one made with the old password is void."""
        try:
            form = await read_form(request)
            user = await run_in_threadpool(self._change_password, request, form)
        except InterlinearError as error:
            problem = self.pages.told(error, request)
            return await run_in_threadpool(self._me, request, 400, problem)
        response = _to("me?saved=1")
        self.sessions.open(response, user, request)
        return response

    def work_page(self, request: Request) -> Response:
        """One page of the person's own corrections, of their ratings, and of words they kept."""
        return self._work(request, withdrawn="withdrawn" in request.query_params)

    async def withdraw(self, request: Request) -> Response:
        """Take a correction, a rating or comparison, or words kept from the lab, one choice or all, out for
        good."""
        try:
            form = await read_form(request)
            await run_in_threadpool(self._withdraw, form)
        except InterlinearError as error:
            problem = self.pages.told(error, request)
            return await run_in_threadpool(self._work, request, 409, problem)
        return _to("mine?withdrawn=1")

    def _withdraw(self, form: Mapping[str, str]) -> None:
        match form.get("what", "correction"):
            case "all-words":
                self.own_work.withdraw_all_words()
            case "words":
                self.own_work.withdraw_words(form.get("id", ""))
            case "judgement":
                self.own_work.withdraw_judgement(form.get("id", ""), _number(form.get("revision", "")))
            case _:
                self.own_work.withdraw(form.get("id", ""), _number(form.get("revision", "")))

    def export(self, request: Request) -> Response:
        """The person's own corrections as JSON lines."""
        return self._file("corrections")

    def export_judgements(self, request: Request) -> Response:
        """Their ratings, comparisons and chosen words."""
        return self._file("judgements")

    def _file(self, kind: str) -> Response:
        file = TemporaryFile()
        try:
            self.own_work.write(kind, file)
        except BaseException:
            file.close()
            raise
        disposition = f'attachment; filename="my-{kind}.jsonl"'
        return StreamingResponse(
            _chunks(file), media_type="application/jsonl", headers={"content-disposition": disposition}
        )

    def _login(self, request: Request, status: int = 200, problem: str = "", name: str = "") -> Response:
        going = place_of(request.query_params.get("next", ""), "")
        return self.pages.draw(
            "login",
            request,
            person_asking(request),
            status,
            problem=problem,
            typed_name=name[:60],
            next="" if going == "." else going,
        )

    def _me(self, request: Request, status: int = 200, problem: str = "", saved: bool = False) -> Response:
        user = self._user(request)
        accepted = user.licence_accepted_at if user.licence == self.accounts.licence else None
        return self.pages.draw(
            "me",
            request,
            person_asking(request),
            status,
            problem=problem,
            saved=saved,
            codes=list(dict.fromkeys([*self.codes, *user.languages])),
            levels=user.languages,
            licence=self.accounts.licence,
            accepted=accepted and f"{accepted:%Y-%m-%d}",
        )

    def _keep(self, request: Request, form: dict[str, str]) -> None:
        user = self._user(request)
        levels = {
            name.removeprefix(_LEVEL): _number(level)
            for name, level in form.items()
            if name.startswith(_LEVEL) and level != "0"
        }
        self.accounts.set_languages(user.id, levels)
        if form.get("accept") == self.accounts.licence:
            self.accounts.accept_licence(user.id)

    def _change_password(self, request: Request, form: Mapping[str, str]) -> UserRecord:
        address = request.client.host if request.client else ""
        now, new = form.get("password", ""), form.get("new-password", "")
        return self.accounts.change_own_password(self._user(request), now, new, address)

    def _work(
        self, request: Request, status: int = 200, problem: str = "", withdrawn: bool = False
    ) -> Response:
        page = self.own_work.list(_page_asked(request.query_params.get("page", "")))
        return self.pages.draw(
            "work",
            request,
            person_asking(request),
            status,
            problem=problem,
            withdrawn=withdrawn,
            rows=page.rows,
            total=page.total,
            page=page.page,
            pages=max(1, -(-page.total // page.page_size)),
            judged=self.own_work.judgements(_page_asked(request.query_params.get("judged", ""))),
            kept=self.own_work.words(_page_asked(request.query_params.get("words", ""))),
        )

    def _on(self, request: Request) -> Response:
        language = self.pages.language(request)
        return _to(place_of(request.query_params.get("next", ""), language.folder))

    def _user(self, request: Request) -> UserRecord:
        user = self.sessions.user_of(request)
        if user is None:
            raise InputError("Only somebody with an account has this page; log in first.")
        return user


def account_routes(web: Web) -> APIRouter:
    """Every route of these pages."""
    router = APIRouter()
    for method, path, handler in (
        ("GET", "/login", web.login_page),
        ("POST", "/login", web.log_in),
        ("GET", "/logout", web.logout_page),
        ("POST", "/logout", web.log_out),
        ("GET", "/me", web.me_page),
        ("POST", "/me", web.save_me),
        ("GET", "/password", web.me_page),
        ("POST", "/password", web.save_password),
        ("GET", "/mine", web.work_page),
        ("POST", "/mine", web.withdraw),
        ("GET", "/mine/export.jsonl", web.export),
        ("GET", "/mine/judgements.jsonl", web.export_judgements),
    ):
        router.add_api_route(path, handler, methods=[method], response_model=None)
    return router


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    """What was written, and then the file is gone."""
    with file:
        file.seek(0)
        while chunk := file.read(_CHUNK_BYTES):
            yield chunk


def _to(place: str) -> Response:
    # 303: what follows a form is a page to read. Relative: a proxy may serve us below a path of its own.
    return RedirectResponse(place, status_code=303)


def _page_asked(text: str) -> int:
    """The first page for whatever is no page; one that is too far is empty."""
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 10 else 1


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise InputError(f"This must be a whole number, but is {text[:20]!r}.")
    return int(text)
