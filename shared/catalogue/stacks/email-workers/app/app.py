"""Takes e-mails by HTTP, keeps them in the database and puts them into the queue; a worker does the rest."""

import json
import os

import psycopg2
import redis
from bottle import Bottle, request, response

app = Bottle()
queue = redis.Redis(host=os.environ["QUEUE_HOST"])


def database():
    return psycopg2.connect(
        host=os.environ["DB_HOST"],
        dbname=os.environ["DB_NAME"],
        user=os.environ["DB_USER"],
        password=os.environ["DB_PASSWORD"],
        connect_timeout=5,
    )


@app.get("/api")
def listed():
    connection = database()
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT id, subject, sent_by FROM emails ORDER BY id DESC LIMIT 100")
            rows = cursor.fetchall()
    finally:
        connection.close()
    response.content_type = "application/json"
    return json.dumps([{"id": row[0], "subject": row[1], "sent_by": row[2]} for row in rows])


@app.post("/api")
def send():
    subject = request.forms.getunicode("subject") or ""
    message = request.forms.getunicode("message") or ""
    connection = database()
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO emails (subject, message) VALUES (%s, %s) RETURNING id", (subject, message)
            )
            number = cursor.fetchone()[0]
    finally:
        connection.close()
    queue.rpush("sender", json.dumps({"id": number, "subject": subject}))
    print(f"queued e-mail {number}", flush=True)
    response.status = 202
    return f"e-mail {number} is queued\n"


app.run(host="0.0.0.0", port=8000, quiet=True)
