import { type Api, InputFile } from 'grammy';
import type { InlineKeyboardMarkup, Message } from 'grammy/types';
import type { MessageOptions, StoreContext } from './context.ts';
import type { Html } from './html.ts';
import { type Attachment, inputMedia, send } from './send.ts';
import { attempt, DONE, type EditRefusal, editOr, type Outcome } from './telegram.ts';

type Effect =
  | { kind: 'send'; text: Html; options: MessageOptions }
  | { kind: 'show'; text: Html; options: MessageOptions }
  | { kind: 'erase' };

type SendOptions = Omit<MessageOptions, 'photo' | 'ifUnsent'> & Attachment;
type Sendable = { kind: 'send' | 'show'; text: Html; options: SendOptions } | { kind: 'erase' };

/** What a handler wants the person to see, kept until its transaction has committed. */
export type Screen = {
  methods: Pick<StoreContext, 'send' | 'show' | 'toast' | 'erase'>;
  /** The message that will be shown as something else; undefined when none will. */
  edits(): number | undefined;
  /**
   * Sends everything, in order. Returns what Telegram would not take. `outdated` says that a later screen is about to take
   * the place of what would be shown here: then only that one is.
   */
  flush(api: Api, outdated: () => boolean): Promise<Outcome<unknown>[]>;
};

/** How often and how long an answer on the screen is tried again; the person can press once more after that. */
const ATTEMPTS = 3;
const LONGEST_WAIT_MS = 5000;

export function createScreen(on: { chatId: number; pressed?: Message; callbackId?: string }): Screen {
  const effects: Effect[] = [];
  let toast: { text: string; alert: boolean } | undefined;
  return {
    methods: {
      send: (text, options = {}) => effects.push({ kind: 'send', text, options }),
      show: (text, options = {}) => effects.push({ kind: 'show', text, options }),
      erase: () => effects.push({ kind: 'erase' }),
      toast: (text, options = {}) => {
        toast = { text, alert: options.alert ?? false };
      },
    },
    edits: () => (effects.some(({ kind }) => kind === 'show') ? on.pressed?.message_id : undefined),
    async flush(api, outdated) {
      const outcomes: Outcome<unknown>[] = [];
      const { callbackId } = on;
      if (callbackId) {
        const answer = toast ? { text: toast.text, show_alert: toast.alert } : {};
        outcomes.push(await attempt(() => api.answerCallbackQuery(callbackId, answer)));
      }
      let last: Outcome<unknown> = DONE;
      for (const effect of effects) {
        if (effect.kind === 'show' && on.pressed && outdated()) continue;
        for (const sendable of await sendables(given(effect, last))) {
          last = await retried(() => perform(api, on.chatId, on.pressed, sendable));
          outcomes.push(last);
          if (last.kind === 'ok' || last.kind === 'unreachable') break;
        }
      }
      return outcomes.filter((outcome) => outcome.kind !== 'ok');
    },
  };
}

/** What becomes of an effect after the one before it. */
function given(effect: Effect, last: Outcome<unknown>): Effect {
  if (effect.kind === 'erase' || !effect.options.ifUnsent || last.kind === 'ok') return effect;
  const { text, ...options } = effect.options.ifUnsent(last.description);
  return { kind: 'send', text, options };
}

/** What an effect is on its way to Telegram, and what takes its place when Telegram does not take it. */
async function sendables(effect: Effect): Promise<Sendable[]> {
  if (effect.kind === 'erase') return [effect];
  const { photo, ifUnsent: _, ...rest } = effect.options;
  if (photo === undefined || typeof photo === 'string') {
    return [{ ...effect, options: photo === undefined ? rest : { ...rest, photo } }];
  }
  const alone = { ...effect, text: photo.without, options: rest };
  const picture = await photo.draw();
  return picture
    ? [{ ...effect, options: { ...rest, photo: new InputFile(picture, 'gambar.png'), whole: true } }, alone]
    : [alone];
}

async function retried(call: () => Promise<Outcome<unknown>>): Promise<Outcome<unknown>> {
  let outcome = await call();
  for (let made = 1; made < ATTEMPTS && outcome.kind === 'later'; made += 1) {
    const wait = Math.min(outcome.afterMs, LONGEST_WAIT_MS);
    await new Promise((resolve) => setTimeout(resolve, wait));
    outcome = await call();
  }
  return outcome;
}

async function perform(api: Api, chatId: number, pressed: Message | undefined, effect: Sendable) {
  if (effect.kind === 'erase') return pressed ? erase(api, chatId, pressed.message_id) : DONE;
  if (effect.kind === 'show' && pressed) return replace(api, chatId, pressed, effect.text, effect.options);
  return send(api, chatId, effect.text, effect.options);
}

/** A message that Telegram no longer deletes is old: what can be done is to take its buttons away. */
async function erase(api: Api, chatId: number, id: number): Promise<Outcome<unknown>> {
  const gone = await attempt(() => api.deleteMessage(chatId, id));
  if (gone.kind !== 'refused') return gone;
  return editOr<undefined>(
    () => api.editMessageReplyMarkup(chatId, id),
    async () => DONE,
  );
}

/** Edits the pressed message; where that is not possible, the old one goes and a new one comes. */
async function replace(
  api: Api,
  chatId: number,
  pressed: Message,
  text: Html,
  options: SendOptions,
): Promise<Outcome<unknown>> {
  const id = pressed.message_id;
  const reply_markup = options.keyboard as InlineKeyboardMarkup | undefined;
  const markup = reply_markup ? { reply_markup } : {};
  const media = inputMedia(text, options);
  const anew = async ({ means, description }: EditRefusal): Promise<Outcome<unknown>> => {
    if (options.inPlace) return DONE;
    if (means === 'media') {
      if (options.whole) return { kind: 'refused', means, description };
      const { photo: _, video: __, document: ___, ...alone } = options;
      return replace(api, chatId, pressed, text, alone);
    }
    if (means !== 'gone') await erase(api, chatId, id);
    return send(api, chatId, text, options);
  };
  if (media) return editOr(() => api.editMessageMedia(chatId, id, media, markup), anew);
  // A text cannot become what a photo is.
  if (pressed.text === undefined) return anew({ means: 'other', description: 'another kind of message' });
  const html = { parse_mode: 'HTML' as const, link_preview_options: { is_disabled: true }, ...markup };
  return editOr(() => api.editMessageText(chatId, id, text, html), anew);
}
