-- Changes of many stores, a canary first and then waves; each store is changed by an operation of its own.
CREATE TABLE rollouts (
  id            text PRIMARY KEY,
  seq           bigint GENERATED ALWAYS AS IDENTITY,
  state         text NOT NULL CHECK (state IN ('running', 'paused', 'halted', 'reverting', 'succeeded', 'aborted', 'reverted')),
  change        jsonb NOT NULL,
  -- Content that the image stood for at the start, where the driver has images.
  image_id      text,
  -- Stores that the canary must have brought through; 0 where the first wave is none.
  canary        integer NOT NULL,
  bake_seconds  integer NOT NULL,
  per_machine   integer NOT NULL,
  max_failures  integer NOT NULL,
  wave_count    integer NOT NULL,
  wave          integer NOT NULL DEFAULT 0,
  baked_from    timestamptz,
  reason        text,
  requested_by  text NOT NULL,
  -- On whose behalf its operations are scheduled: whoever started or resumed it last.
  acts_as       text NOT NULL,
  scope         text NOT NULL,
  -- Its stores by wave and state once nothing of it is at work any more; null while it holds its stores.
  tally         jsonb,
  created_at    timestamptz NOT NULL,
  updated_at    timestamptz NOT NULL,
  finished_at   timestamptz
);
CREATE UNIQUE INDEX rollouts_seq ON rollouts (seq);
CREATE INDEX rollouts_open ON rollouts (seq) WHERE tally IS NULL;
CREATE INDEX rollouts_finished_at ON rollouts (finished_at);

CREATE TABLE rollout_stores (
  rollout_id   text NOT NULL REFERENCES rollouts ON DELETE CASCADE,
  position     integer NOT NULL,
  -- A store that is removed stays in the record.
  tenant_id    uuid NOT NULL,
  store        text NOT NULL,
  machine      text NOT NULL,
  wave         integer NOT NULL,
  state        text NOT NULL CHECK (state IN ('waiting', 'running', 'succeeded', 'failed', 'skipped', 'reverted')),
  -- The operation at work brings the store back.
  back         boolean NOT NULL DEFAULT false,
  operation_id text,
  -- What the change replaced: image, or keys and limits.
  before       jsonb,
  detail       text,
  not_before   timestamptz,
  -- No other rollout takes the store meanwhile.
  holds        boolean NOT NULL,
  updated_at   timestamptz NOT NULL,
  PRIMARY KEY (rollout_id, position)
);
CREATE UNIQUE INDEX rollout_stores_one_at_a_time ON rollout_stores (tenant_id) WHERE holds;
CREATE INDEX rollout_stores_by_state ON rollout_stores (rollout_id, state, wave, position);

-- Pairs of an image's content and a store that it did not serve.
CREATE TABLE failed_images (
  tenant_id    uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
  image_id     text NOT NULL,
  operation_id text NOT NULL,
  failed_at    timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, image_id)
);
