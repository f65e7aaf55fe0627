-- The audit log by who did it: what one key, owner or program did, newest first.
CREATE INDEX audit_log_actor ON audit_log (actor, id);
