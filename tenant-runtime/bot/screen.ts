import { type Api, InputFile } from 'grammy';
import type { InlineKeyboardMarkup, Message } from 'grammy/types';
import type { SayOptions, StoreContext } from './context.ts';
import type { Html } from './html.ts';
import { type Attachment, inputMedia, send } from './send.ts';
import { attempt, isFileUnknown, isUnchanged, isUneditable, type Outcome } from './telegram.ts';

type Effect =
  | { kind: 'say'; text: Html; options: SayOptions }
  | { kind: 'show'; text: Html; options: SayOptions }
  | { kind: 'erase' };

type SendOptions = Omit<SayOptions, 'photo'> & Attachment;
type Sendable = { kind: 'say' | 'show'; text: Html; options: SendOptions } | { kind: 'erase' };

/** What a handler wants the person to see, kept until its transaction has committed. */
export type Screen = {
  methods: Pick<StoreContext, 'say' | 'show' | 'toast' | 'erase'>;
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
      say: (text, options = {}) => effects.push({ kind: 'say', text, options }),
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
      for (const effect of effects) {
        if (effect.kind === 'show' && on.pressed && outdated()) continue;
        for (const sendable of await sendables(effect)) {
          const outcome = await retried(() => perform(api, on.chatId, on.pressed, sendable));
          outcomes.push(outcome);
          if (outcome.kind === 'ok' || outcome.kind === 'unreachable') break;
        }
      }
      return outcomes.filter((outcome) => outcome.kind !== 'ok');
    },
  };
}

/** What an effect is on its way to Telegram, and what takes its place when Telegram does not take it. */
async function sendables(effect: Effect): Promise<Sendable[]> {
  if (effect.kind === 'erase') return [effect];
  const { photo, ...rest } = effect.options;
  if (photo === undefined || typeof photo === 'string') {
    return [{ ...effect, options: photo === undefined ? rest : { ...rest, photo } }];
  }
  const alone = { ...effect, text: photo.without, options: rest };
  const picture = await photo.draw();
  return picture ? [{ ...effect, options: { ...rest, photo: new InputFile(picture, 'gambar.png') } }, alone] : [alone];
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
  if (effect.kind === 'erase') {
    return pressed ? attempt(() => api.deleteMessage(chatId, pressed.message_id)) : ok;
  }
  if (effect.kind === 'show' && pressed) return replace(api, chatId, pressed, effect.text, effect.options);
  return send(api, chatId, effect.text, effect.options);
}

const ok = { kind: 'ok', value: undefined } as const;

/** Edits the pressed message; a text cannot become what a photo is, so there the old one goes and a new one comes. */
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
  const isMedia = pressed.text === undefined;
  const media = inputMedia(text, options);
  let edited: Outcome<unknown>;
  if (media) {
    edited = await attempt(() => api.editMessageMedia(chatId, id, media, markup));
    if (isFileUnknown(edited)) {
      const { photo: _, document: __, ...alone } = options;
      return replace(api, chatId, pressed, text, alone);
    }
  } else if (isMedia) {
    await attempt(() => api.deleteMessage(chatId, id));
    return send(api, chatId, text, options);
  } else {
    edited = await attempt(() =>
      api.editMessageText(chatId, id, text, {
        parse_mode: 'HTML',
        link_preview_options: { is_disabled: true },
        ...markup,
      }),
    );
  }
  if (isUneditable(edited)) return options.inPlace ? ok : send(api, chatId, text, options);
  return isUnchanged(edited) ? ok : edited;
}
