-- Bytes that the database had at the snapshot of its backup. What a restore may load is bounded by it.
ALTER TABLE backups ADD COLUMN IF NOT EXISTS database_size bigint;
