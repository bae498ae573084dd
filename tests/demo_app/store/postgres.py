"""A PostgreSQL database for this test process alone, on the server that TEST_POSTGRES_URL names."""

import os
from functools import cache

from sqlalchemy import Connection, Engine, NullPool, create_engine, make_url

IS_THERE = "TEST_POSTGRES_URL" in os.environ


@cache
def own_url() -> str:
    """Of a database that is made anew at the first call; nothing else on the server is touched."""
    server = make_url(os.environ["TEST_POSTGRES_URL"])
    name = f"interlinear_test_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"
    with _engine(server.render_as_string(hide_password=False)).connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    return server.set(database=name).render_as_string(hide_password=False)


def bare_url() -> str:
    """The same without a table in it, as a first start finds it."""
    with _engine(own_url()).connect() as connection:
        connection.exec_driver_sql("DROP SCHEMA public CASCADE")
        connection.exec_driver_sql("CREATE SCHEMA public")
    return own_url()


def empty_url() -> str:
    """The same without a row. Its tables stay, since making them takes longer than most tests."""
    with _engine(own_url()).connect() as connection:
        if filled := _filled(connection):
            connection.exec_driver_sql(f"TRUNCATE {', '.join(filled)} CASCADE")
    return own_url()


def _filled(connection: Connection) -> list[str]:
    """Tables with anything in them."""
    named = "SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public'"
    tables = set(connection.exec_driver_sql(named).scalars()) - {"alembic_version"}
    asked = [f"SELECT '{table}' WHERE EXISTS (SELECT FROM {table})" for table in sorted(tables)]
    return list(connection.exec_driver_sql(" UNION ALL ".join(asked)).scalars()) if asked else []


def _engine(url: str) -> Engine:
    return create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
