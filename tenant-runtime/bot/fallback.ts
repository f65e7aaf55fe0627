import type { Transformer } from 'grammy';

/** What is sent in place of a text whose markup Telegram refused. */
export type Replacement = {
  text: string;
  /** Called once Telegram has not refused that too, with what was wrong with the first, in Telegram's words. */
  onSent(description: string): Promise<void>;
};

/**
 * Gives every message whose markup Telegram refuses a second chance with another text, whoever sends it: an answer on the
 * screen, a delivery that edits, a queued message.
 */
export function fallback(find: (text: string) => Promise<Replacement | undefined>): Transformer {
  return async (call, method, payload, signal) => {
    const answer = await call(method, payload, signal);
    const text = textOf(payload);
    if (answer.ok || !isMarkup(answer.description) || text === undefined) return answer;
    const replacement = await find(text);
    if (!replacement) return answer;
    const second = await call(method, withText(payload, replacement.text), signal);
    if (second.ok || !isMarkup(second.description)) await replacement.onSent(answer.description);
    return second;
  };
}

const isMarkup = (description: string): boolean => /can't parse entities|entit(y|ies)_/i.test(description);

type Carrier = { text?: string; caption?: string; media?: { caption?: string } };

function textOf(payload: object): string | undefined {
  const { text, caption, media } = payload as Carrier;
  return text ?? caption ?? media?.caption;
}

function withText<P extends object>(payload: P, text: string): P {
  const carrier = payload as Carrier;
  if (carrier.text !== undefined) return { ...payload, text };
  if (carrier.caption !== undefined) return { ...payload, caption: text };
  return { ...payload, media: { ...carrier.media, caption: text } };
}
