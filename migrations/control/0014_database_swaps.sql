-- Which database was made beside a store's, and which a restore has put in its place: names and comments of databases are not believed.
ALTER TABLE side_databases ADD COLUMN oid bigint;
CREATE TABLE database_swaps (
  operation_id text PRIMARY KEY REFERENCES operations ON DELETE CASCADE,
  oid          bigint NOT NULL,
  at           timestamptz NOT NULL
);
