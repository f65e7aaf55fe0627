import type { CallRecord, MessageView } from '../../sandbox/client.ts';
import { SORRY } from '../../tenant-runtime/handlers.ts';
import { isUsable, type Seen } from './person.ts';

/** Part of every name in the journeys' shop: it is shown as it is typed, or it was not escaped. */
export const MARKUP = '<b>zorro</b>';

/** What is wrong with what a person saw, in words; nothing when all is well. */
export function problemsOf(seen: Seen): string[] {
  const typed = seen.step.kind === 'type' ? seen.step.text.trim() : '';
  const problems = seen.screens.flatMap((screen) => problemsOfScreen(screen, typed));
  if (seen.step.kind === 'tap' && !seen.answer) problems.push('the button was never answered');
  if (seen.answer?.text.includes(SORRY)) problems.push('an apology for a fault');
  const told = seen.unchanged || (seen.answer?.text ?? '') !== '';
  if (!told && seen.screens.length === 0) problems.push('nothing happened');
  else if (!told && !seen.screens.some(isUsable)) problems.push('a dead end: no button leads on or back');
  return problems;
}

/** What was typed may be said back as it was; what is set as code is meant to be seen with its tags. */
function problemsOfScreen({ text, raw, buttons }: MessageView, typed: string): string[] {
  const problems: string[] = [];
  const entities = raw.entities ?? raw.caption_entities ?? [];
  const prose = entities
    .filter(({ type }) => type === 'code' || type === 'pre')
    .reduceRight((rest, { offset, length }) => rest.slice(0, offset) + rest.slice(offset + length), text);
  const shown = [prose, ...buttons.flat().map((button) => button.label)].map((words) =>
    typed === '' ? words : words.replaceAll(typed, ''),
  );
  for (const words of shown) {
    const rest = words.replaceAll(MARKUP, '');
    if (/zorro/.test(rest) && !/<b>zor|zorro<\/b/.test(words))
      problems.push(`a value lost its markup: ${excerpt(rest, 'zorro')}`);
    if (/<\/?(a|b|i|u|s|code|pre|blockquote|tg-spoiler)( [^>]*)?>/.test(rest)) problems.push('a raw tag');
    const slip = /&(lt|gt|amp|quot);|\bundefined\b|\bNaN\b|\[object|\bnull\b|Invalid Date/.exec(rest);
    if (slip) problems.push(`a slip: ${excerpt(rest, slip[0])}`);
    if (words.includes(SORRY)) problems.push('an apology for a fault');
  }
  const bold = entities.filter((entity) => entity.type === 'bold');
  for (const { offset, length } of bold) {
    if (text.slice(offset, offset + length) === 'zorro') problems.push('a value was parsed as markup');
  }
  for (const { url } of buttons.flat())
    if (url !== undefined && !URL.canParse(url)) problems.push(`a bad address ${url}`);
  return problems;
}

function excerpt(text: string, around: string): string {
  const at = text.indexOf(around);
  return text.slice(Math.max(0, at - 30), at + 50).replaceAll('\n', ' ');
}

/** Refusals that are part of the game: the message is gone or shows this already. */
const EXPECTED =
  /message is not modified|message to (edit|delete) not found|message can't be (edited|deleted)|there is no text in the message/;

/** A seller may name a channel that is none, or that the bot is not in: Telegram is who knows. */
const isTypedName = ({ method }: CallRecord): boolean => method === 'getChat';

/** Calls that Telegram refused because they were wrong. */
export function refusedCalls(calls: readonly CallRecord[]): string[] {
  return calls
    .filter((call) => call.status === 400 && !isTypedName(call) && !EXPECTED.test(JSON.stringify(call.response)))
    .map(
      ({ method, params, response }) =>
        `${method} ${JSON.stringify(params).slice(0, 400)}: ${JSON.stringify(response)}`,
    );
}
