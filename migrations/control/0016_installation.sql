-- Which control plane this is. Its home and the folders of its stores carry the same id, so that another one leaves them
-- alone. The first start writes the row: a copy of an empty database is not the same installation.
CREATE TABLE installation (
  only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one),
  id       uuid NOT NULL DEFAULT gen_random_uuid()
);
