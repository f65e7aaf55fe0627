-- Which store a message to an owner comes from: two stores may have the same name.
ALTER TABLE owner_messages ADD COLUMN tenant_id uuid REFERENCES tenants ON DELETE SET NULL;
-- Whether an owner was reached when they were last written to.
CREATE INDEX owner_messages_done ON owner_messages (chat_id, id DESC) WHERE sent_at IS NOT NULL OR refused IS NOT NULL;
CREATE INDEX owner_messages_waiting ON owner_messages (tenant_id) WHERE sent_at IS NULL AND refused IS NULL;
