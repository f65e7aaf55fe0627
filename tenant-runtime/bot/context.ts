import type { Context, InlineKeyboard, Keyboard } from 'grammy';
import type { Tx } from '../../kernel/db.ts';
import type { Attachment } from './attachments.ts';
import type { Form } from './form.ts';
import type { Html } from './html.ts';

export type Role = 'customer' | 'admin' | 'owner';

/** A person who wrote to the bot, as the database knows them. */
export type StoreUser = {
  id: number;
  firstName: string;
  lastName: string | null;
  username: string | null;
  displayName: string | null;
  blocked: boolean;
};

/** A picture that is made after the commit, and the text that is shown alone when it is not made or not taken. */
export type Drawing = { draw(): Promise<Buffer | undefined>; without: Html };

export type MessageOptions = {
  keyboard?: InlineKeyboard | Keyboard | { remove_keyboard: true };
  /** A photo, shown above the text as its caption: by file_id, or to be drawn. */
  photo?: string | Drawing;
  /** The same for another kind of file. */
  document?: string;
  video?: string;
  /** Nothing takes the place of a file that Telegram refuses. */
  whole?: boolean;
  /** Sent instead when the message before it did not get through, given why: it would be about that one. */
  ifUnsent?(reason: string): { text: Html; keyboard?: InlineKeyboard };
  /** Only ever edits: when the message is gone, nothing is shown. */
  inPlace?: boolean;
};

/**
 * What a handler works with. It reads and writes through `tx`, the transaction of this update, and queues what the person
 * should see; Telegram gets it after the commit. A handler that throws rolls back and sends nothing.
 */
export type StoreContext = Context & {
  tx: Tx;
  user: StoreUser;
  role: Role;
  /** The form that the person is filling in, as it was when the update came. */
  form: Form | undefined;
  /** The file that the form needs of this message, fetched before the transaction began. */
  attachment: Attachment | undefined;
  /** Nobody did anything now: an answer that came in pieces is complete. */
  complete?: boolean;
  /** Sends a new message. */
  send(text: Html, options?: MessageOptions): void;
  /** Shows `text` in place of the message whose button was pressed; sends a new one where that is not possible. */
  show(text: Html, options?: MessageOptions): void;
  /** The toast (or with `alert` the dialog) that answers the pressed button. Without one, the answer is empty. */
  toast(text: string, options?: { alert?: boolean }): void;
  /** Removes the message whose button was pressed. */
  erase(): void;
};

/** What a person of this name is called in messages. */
export function nameOf(user: Pick<StoreUser, 'firstName' | 'lastName' | 'displayName'>): string {
  return user.displayName ?? [user.firstName, user.lastName].filter(Boolean).join(' ');
}

/** Who makes a change. */
export type Actor = { id: number; role: Role };

export const actorOf = (ctx: Pick<StoreContext, 'user' | 'role'>): Actor => ({ id: ctx.user.id, role: ctx.role });

export const isStaff = (role: Role): boolean => role !== 'customer';
