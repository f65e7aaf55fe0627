CREATE INDEX audit_log_actor ON audit_log (actor, id);
