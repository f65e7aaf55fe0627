import { type Bounded, createBounded } from '../bounded.ts';
import { type Condition, createCondition } from '../condition.ts';
import type { ChannelChat, ChatInfo, Message, ReplyKeyboard, User } from './types.ts';

export type StoredMessage = {
  message: Message;
  byBot: boolean;
  /** Sent with a reply keyboard, its removal or a forced reply: Telegram lets no one edit such a message. */
  frozen: boolean;
  /** Number of the last event that changed it. */
  changed: number;
};

export type ChatEventKind =
  | 'sent'
  | 'edited'
  | 'deleted'
  | 'user_sent'
  | 'user_edited'
  | 'tapped'
  | 'answered'
  | 'action'
  | 'blocked'
  | 'unblocked';

export type ChatEvent = {
  seq: number;
  at: string;
  kind: ChatEventKind;
  /** Method of the Bot API that caused it, if one did. */
  method?: string;
  messageId?: number;
  /** The message as it was then. */
  message?: Message;
  /** Text of an answered callback query, data of a tapped button, or a chat action. */
  text?: string;
  alert?: boolean;
  /** Id of the callback query that was made or answered. */
  query?: string;
};

/** Why Telegram lets a bot not write to a chat, other than that the person has blocked it. */
const REFUSALS = [
  // people
  'deactivated',
  'never_started',
  'peer_id_invalid',
  'unknown',
  // channels
  'no_right',
  'not_member',
  'kicked',
] as const;
export type Refusal = (typeof REFUSALS)[number];

/** A chat of one bot with one person, or a channel, as it looks now, and how it came to that. */
export type Chat = {
  readonly info: ChatInfo;
  readonly messages: Map<number, StoredMessage>;
  readonly history: Bounded<ChatEvent>;
  readonly changed: Condition;
  /** The reply keyboard on the person's screen. */
  keyboard: ReplyKeyboard | undefined;
  blocked: boolean;
  refusal: Refusal | undefined;
};

const MAX_EVENTS = 4000;

export function createChat(person: User): Chat {
  const { is_bot: _, language_code: __, ...name } = person;
  return newChat({ ...name, type: 'private' });
}

export const createChannel = (channel: ChannelChat): Chat => newChat(channel);

function newChat(info: ChatInfo): Chat {
  return {
    info,
    messages: new Map(),
    history: createBounded(MAX_EVENTS),
    changed: createCondition(),
    keyboard: undefined,
    blocked: false,
    refusal: undefined,
  };
}
