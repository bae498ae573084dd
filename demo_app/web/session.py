"""Who a request comes from: a signed cookie that names an account. Knows no page."""

from dataclasses import dataclass

from itsdangerous import BadSignature, URLSafeTimedSerializer
from starlette.requests import HTTPConnection
from starlette.responses import Response

from demo_app.services.accounts import AccountService, stamp
from demo_app.services.people import ANONYMOUS, Person
from demo_app.store.users import UserRecord

COOKIE = "interlinear_session"
_SALT = "interlinear.session.1"


@dataclass(frozen=True)
class Sessions:
    """Makes and reads the cookie. The server keeps nothing of a session: what is asked is the account."""

    accounts: AccountService
    key: str
    hours: float
    """How long a login lasts."""

    def user_of(self, visit: HTTPConnection) -> UserRecord | None:
        """None without a cookie that is ours, fresh, of this password, and of an account not disabled."""
        try:
            user_id, made_with = self._signer().loads(visit.cookies.get(COOKIE, ""), max_age=self._seconds())
        except (BadSignature, ValueError, TypeError):
            return None
        user = self.accounts.get(user_id)
        return user if user is not None and stamp(user) == made_with else None

    def person_of(self, visit: HTTPConnection) -> Person:
        """The same as the services see it."""
        user = self.user_of(visit)
        return ANONYMOUS if user is None else self.accounts.person_of(user)

    def open(self, response: Response, user: UserRecord, visit: HTTPConnection) -> None:
        """Give the visitor the cookie."""
        response.set_cookie(
            COOKIE,
            self._signer().dumps([user.id, stamp(user)]),
            max_age=self._seconds(),
            httponly=True,
            samesite="lax",
            secure=visit.url.scheme == "https",
        )

    def close(self, response: Response) -> None:
        """Take it away."""
        response.delete_cookie(COOKIE, httponly=True, samesite="lax")

    def _seconds(self) -> int:
        return int(self.hours * 3600)

    def _signer(self) -> URLSafeTimedSerializer:
        return URLSafeTimedSerializer(self.key, salt=_SALT)
