-- Since when a store's runtime is not what it should be; null while it is.
ALTER TABLE tenants ADD COLUMN unsettled_since timestamptz;
CREATE INDEX tenants_unsettled ON tenants (unsettled_since) WHERE unsettled_since IS NOT NULL;
