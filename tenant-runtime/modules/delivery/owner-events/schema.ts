import type { Html } from '../../../bot/html.ts';

const EVENT_KINDS = ['transaction', 'money', 'configuration', 'security', 'spam', 'digest', 'log'] as const;
export type EventKind = (typeof EVENT_KINDS)[number];
export type Severity = 'info' | 'warn' | 'error' | 'fatal';

/** One thing that the owners should know. */
export type OwnerEvent = {
  /** What caused it, such as `order:12:paid`: one cause is told once. */
  cause: string;
  kind: EventKind;
  /** `info` unless somebody should look. */
  severity?: Severity;
  text: Html;
};

/** An event that nobody has taken yet. */
export type OpenEvent = { id: string; kind: EventKind; severity: Severity; text: Html; at: Date };
