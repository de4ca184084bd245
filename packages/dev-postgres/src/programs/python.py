"""Uses PostgreSQL through psycopg2, psycopg 3 and asyncpg as applications do, and raises an error at the first wrong answer."""
import asyncio
import io
import sys
import threading

import asyncpg
import psycopg
import psycopg2

url = sys.argv[1]


def check(actual, expected):
    if actual != expected:
        raise AssertionError(f"expected {expected!r}, got {actual!r}")


def with_psycopg2():
    connection = psycopg2.connect(url)
    cursor = connection.cursor()
    cursor.execute("create table psycopg2 (n int, word text)")
    cursor.copy_expert("copy psycopg2 from stdin", io.StringIO("1\tone\n2\ttwo\n"))
    output = io.StringIO()
    cursor.copy_expert("copy psycopg2 to stdout (format csv)", output)
    check(output.getvalue(), "1,one\n2,two\n")
    connection.commit()
    named = connection.cursor("named")
    named.itersize = 7
    named.execute("select generate_series(1, 50)")
    check(sum(n for (n,) in named), 1275)
    connection.close()


def with_psycopg():
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("create table psycopg (n int primary key)")
        with connection.pipeline() as pipeline:
            cursors = [connection.execute("select %s::int", [n], prepare=True) for n in range(50)]
            pipeline.sync()
            check([cursor.fetchone()[0] for cursor in cursors], list(range(50)))
        try:
            with connection.pipeline():
                for n in [1, 2, 2, 3]:
                    connection.execute("insert into psycopg values (%s)", [n])
            raise AssertionError("no error")
        except psycopg.errors.UniqueViolation:
            pass
        # An error in a pipeline rolls back what precedes it up to the last Sync.
        check(connection.execute("select count(*) from psycopg").fetchone(), (0,))
        with connection.cursor().copy("copy psycopg (n) from stdin (format binary)") as copy:
            copy.set_types(["int4"])
            for n in range(1000):
                copy.write_row([n])
        with connection.cursor().copy("copy psycopg to stdout") as copy:
            check(sum(1 for _ in copy.rows()), 1000)
        try:
            with connection.cursor().copy("copy psycopg from stdin") as copy:
                copy.write("5000\n")
                raise KeyError
        except psycopg.errors.QueryCanceled:
            pass
        check(connection.execute("select max(n) from psycopg").fetchone(), (999,))
        timer = threading.Timer(0.3, connection.cancel)
        timer.start()
        try:
            connection.execute("select pg_sleep(30)")
            raise AssertionError("no cancel")
        except psycopg.errors.QueryCanceled:
            pass
        connection.execute("listen python")
        with psycopg.connect(url, autocommit=True) as other:
            other.execute("notify python, 'hello'")
        check(next(connection.notifies()).payload, "hello")
        with connection.transaction(), connection.cursor(name="server") as cursor:
            cursor.execute("select generate_series(1, 30)")
            check(len(cursor.fetchmany(10)), 10)


async def with_asyncpg():
    connection = await asyncpg.connect(url)
    await connection.execute("create table asyncpg (n int, word text)")
    rows = [(n, f"w{n}") for n in range(1000)]
    check(await connection.copy_records_to_table("asyncpg", records=rows), "COPY 1000")
    output = io.BytesIO()
    await connection.copy_from_query("select n from asyncpg where n < $1 order by n", 3, output=output)
    check(output.getvalue(), b"0\n1\n2\n")
    await connection.executemany("insert into asyncpg values ($1, $2)", rows)
    async with connection.transaction():
        check(len([row async for row in connection.cursor("select n from asyncpg", prefetch=10)]), 2000)
    heard = asyncio.get_running_loop().create_future()
    await connection.add_listener("asyncpg", lambda *fields: heard.set_result(fields[3]))
    await connection.execute("notify asyncpg, 'hello'")
    check(await asyncio.wait_for(heard, 10), "hello")
    try:
        await connection.execute("select pg_sleep(30)", timeout=0.3)
        raise AssertionError("no time limit")
    except asyncio.TimeoutError:
        pass
    await connection.close()

    async with asyncpg.create_pool(url, min_size=5, max_size=5) as pool:

        async def use(n):
            async with pool.acquire() as each, each.transaction():
                return await each.fetchval("select $1::int + 1", n)

        check(await asyncio.gather(*map(use, range(50))), list(range(1, 51)))


with_psycopg2()
with_psycopg()
asyncio.run(with_asyncpg())
print("ok")
