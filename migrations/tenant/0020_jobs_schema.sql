-- The schema of the job queues. The platform has made it where it owns the database; a store's role may make none there.
DO $$
BEGIN
  IF to_regnamespace('jobs') IS NULL THEN
    CREATE SCHEMA jobs;
  END IF;
END
$$;
