-- How often the control plane's process ended while a step was at one place, and which: what it was doing may be what ended it.
ALTER TABLE operation_steps ADD COLUMN process_ends integer NOT NULL DEFAULT 0;
ALTER TABLE operation_steps ADD COLUMN ended_while text;
