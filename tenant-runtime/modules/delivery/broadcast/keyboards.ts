import { InlineKeyboard } from 'grammy';
import { BROADCAST_ADMIN, broadcastCallbacks as callbacks } from './callbacks.ts';
import { buttons } from './copy.ts';
import type { Broadcast } from './schema.ts';

/** What can be done with a broadcast in its state, and the way back. */
export function controls({ id, status }: Pick<Broadcast, 'id' | 'status'>): InlineKeyboard {
  const keyboard = new InlineKeyboard();
  if (status === 'running') {
    keyboard.text(buttons.stop, callbacks.pack('stop', id)).text(buttons.refresh, callbacks.pack('open', id)).row();
  }
  if (status === 'stopped') keyboard.text(buttons.resume, callbacks.pack('resume', id)).row();
  return keyboard.text(BROADCAST_ADMIN.text, BROADCAST_ADMIN.data);
}
