-- Which store a message to an owner comes from: two stores may have the same name.
ALTER TABLE owner_messages ADD COLUMN tenant_id uuid REFERENCES tenants ON DELETE SET NULL;
CREATE INDEX owner_messages_waiting ON owner_messages (tenant_id) WHERE sent_at IS NULL AND refused IS NULL;
