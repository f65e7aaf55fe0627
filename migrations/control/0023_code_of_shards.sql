-- Which code the process of a shard was started with, as it says itself. Unknown before it has answered once.
ALTER TABLE shards ADD COLUMN code text;
