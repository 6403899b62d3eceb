CREATE TABLE emails (
  id serial PRIMARY KEY,
  written timestamptz NOT NULL DEFAULT now(),
  subject varchar(200) NOT NULL,
  message varchar(4000) NOT NULL,
  sent_by varchar(100)
);
