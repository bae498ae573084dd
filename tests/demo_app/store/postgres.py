"""A PostgreSQL database for this test process alone, on the server that TEST_POSTGRES_URL names."""

import os
from functools import cache

from sqlalchemy import Connection, NullPool, create_engine, make_url
from sqlalchemy.exc import ProgrammingError

from demo_app.store.schema import Base

IS_THERE = "TEST_POSTGRES_URL" in os.environ


@cache
def own_url() -> str:
    """Of a database that is made anew at the first call; nothing else on the server is touched."""
    server = make_url(os.environ["TEST_POSTGRES_URL"])
    name = f"interlinear_test_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"
    with _connected(server.render_as_string(hide_password=False)) as connection:
        connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    return server.set(database=name).render_as_string(hide_password=False)


def bare_url() -> str:
    """The same without a table in it, as a first start finds it."""
    for statement in ("DROP SCHEMA public CASCADE", "CREATE SCHEMA public"):
        _own().exec_driver_sql(statement)
    return own_url()


def empty_url() -> str:
    """The same without a row. Its tables stay, since making them takes longer than most tests, and so does to
    truncate them, which makes their files anew."""
    try:
        _own().exec_driver_sql(";".join(f"DELETE FROM {name}" for name in _tables()))
    except ProgrammingError:  # no tables yet, or those of an older release
        return bare_url()
    return own_url()


@cache
def _tables() -> list[str]:
    """Those that refer to others first."""
    return [table.name for table in reversed(Base.metadata.sorted_tables)]


@cache
def _own() -> Connection:
    """Stays open: each new one is a process of the server that reads its catalogue first."""
    return _connected(own_url())


def _connected(url: str) -> Connection:
    # Several statements at once are never prepared.
    options = {"prepare_threshold": None}
    engine = create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool, connect_args=options)
    return engine.connect()
