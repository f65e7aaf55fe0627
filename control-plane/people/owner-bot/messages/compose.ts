import type { InlineKeyboardMarkup } from 'grammy/types';
import { type IncidentRow, lasted } from '../../../monitoring/alerts/index.ts';
import type { OwnerMessage } from '../../owner-messages/index.ts';
import type { Moment } from '../copy/words.ts';
import type { Mute } from '../mutes-sql.ts';
import { nextMessage, title } from './fold.ts';
import { incidentKeyboard, incidentText, isOver, recoveryText } from './incident.ts';
import { manyKeyboard, stormText, summaryText, type Waiting } from './storm.ts';

/** The next message to a chat, and what of the waiting it says. */
export type ComposedMessage = {
  ids: number[];
  text: string;
  keyboard?: InlineKeyboardMarkup;
  /** The incident whose beginning this is an answer to. */
  answers?: number;
  /** About the beginning of one incident and nothing else: edited when somebody takes care of it. */
  alone: boolean;
  /** Kinds of the alerts in it. */
  kinds: string[];
  /** The mute whose end it says. */
  mute?: Mute;
  /** Whose words it is. */
  source?: string;
};

/** More incidents than this at a time are a storm. */
const MOST_ALONE = 3;

/** Chooses and words the next message of what waits for one chat. Pure. */
export function composeNext(
  waiting: readonly OwnerMessage[],
  incidents: ReadonlyMap<number, IncidentRow>,
  of: { mute: Mute | undefined; spokeLast: string | undefined; mayAlert: boolean; now: Date; moment: Moment },
): ComposedMessage | undefined {
  const alerts = gather(waiting, incidents);
  if (of.mute) return endOfMute(of.mute, alerts, of.now);
  const [first] = alerts;
  if (first && of.mayAlert) return alerts.length > MOST_ALONE ? storm(alerts) : single(first, of.moment);
  const texts = waiting.flatMap(({ text, ...message }) => (text === null ? [] : [{ ...message, text }]));
  const folded = nextMessage(texts, of.spokeLast);
  return folded && { ...folded, alone: false, kinds: [] };
}

type Gathered = Waiting & { ids: number[]; tenantId: string | null };

/** The parts that wait, by incident, in the order of their first. */
function gather(waiting: readonly OwnerMessage[], incidents: ReadonlyMap<number, IncidentRow>): Gathered[] {
  const gathered = new Map<number, Gathered>();
  for (const { id, incidentId, part } of waiting) {
    const incident = incidentId === null ? undefined : incidents.get(incidentId);
    if (!incident) continue;
    const one = gathered.get(incident.id) ?? {
      incident,
      tenantId: incident.tenant_id,
      opened: false,
      closed: false,
      ids: [],
    };
    one.ids.push(id);
    if (part === 'opened') one.opened = true;
    if (part === 'closed') one.closed = true;
    gathered.set(incident.id, one);
  }
  return [...gathered.values()];
}

function single({ incident, ids, opened, closed }: Gathered, moment: Moment): ComposedMessage {
  const kinds = [incident.kind];
  if (!opened && isOver(incident)) {
    return { ids, kinds, text: recoveryText(incident), answers: incident.id, alone: false };
  }
  const keyboard = incidentKeyboard(incident, closed);
  return { ids, kinds, text: incidentText(incident, closed, moment), keyboard, alone: true };
}

function storm(alerts: readonly Gathered[]): ComposedMessage {
  return {
    ids: alerts.flatMap(({ ids }) => ids),
    text: stormText(alerts),
    keyboard: manyKeyboard(
      alerts.map(({ incident }) => incident),
      true,
    ),
    alone: false,
    kinds: alerts.map(({ incident }) => incident.kind),
  };
}

function endOfMute(mute: Mute, alerts: readonly Gathered[], now: Date): ComposedMessage {
  const held = alerts.filter(({ tenantId }) => mute.tenantId === null || tenantId === mute.tenantId);
  const of = mute.tenantId === null ? 'semua toko' : title(mute.storeName, mute.store);
  return {
    ids: held.flatMap(({ ids }) => ids),
    text: summaryText(held, { of, lasted: lasted(mute.begunAt, mute.until), now }),
    keyboard: manyKeyboard(
      held.map(({ incident }) => incident),
      false,
    ),
    alone: false,
    kinds: held.map(({ incident }) => incident.kind),
    mute,
  };
}
