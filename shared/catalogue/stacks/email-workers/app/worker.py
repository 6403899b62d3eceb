"""Takes e-mails from the queue one by one. "Sending" takes a while; scale the workers to see it go faster."""

import json
import os
import socket
import time

import psycopg2
import redis

SECONDS_PER_EMAIL = float(os.environ.get("SECONDS_PER_EMAIL", "2"))


def database():
    return psycopg2.connect(
        host=os.environ["DB_HOST"],
        dbname=os.environ["DB_NAME"],
        user=os.environ["DB_USER"],
        password=os.environ["DB_PASSWORD"],
        connect_timeout=5,
    )


def work(queue, connection):
    while True:
        item = queue.blpop("sender", timeout=5)
        if item is None:
            continue
        email = json.loads(item[1])
        print(f"sending e-mail {email['id']}: {email['subject']}", flush=True)
        time.sleep(SECONDS_PER_EMAIL)
        with connection, connection.cursor() as cursor:
            cursor.execute("UPDATE emails SET sent_by = %s WHERE id = %s", (socket.gethostname(), email["id"]))
        print(f"sent e-mail {email['id']}", flush=True)


print("worker waits for e-mails", flush=True)
while True:
    try:
        work(redis.Redis(host=os.environ["QUEUE_HOST"]), database())
    except (redis.RedisError, psycopg2.Error, OSError) as error:
        print(f"will try again: {error}".strip(), flush=True)
        time.sleep(1)
