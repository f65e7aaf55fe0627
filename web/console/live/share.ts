import { type LineMessage, openLine } from './line.ts';

const NAME = 'lapak.console.live';

/**
 * One stream for all tabs of the browser: the tab that has the lock holds it and tells the others; when it goes, the next
 * one opens its own. Browsers have locks on secure origins only; elsewhere each tab has its own stream.
 */
export function shareLine(tell: (message: LineMessage) => void): () => void {
  if (!('locks' in navigator) || typeof BroadcastChannel === 'undefined') return openLine(tell);
  const leaving = new AbortController();
  const channel = new BroadcastChannel(NAME);
  let isHolder = false;
  let isUp = false;
  channel.onmessage = ({ data }: MessageEvent<LineMessage | { type: 'ask' }>) => {
    if (data.type !== 'ask') tell(data);
    else if (isHolder && isUp) channel.postMessage({ type: 'up' } satisfies LineMessage);
  };
  channel.postMessage({ type: 'ask' });
  navigator.locks
    .request(NAME, { signal: leaving.signal }, () => {
      isHolder = true;
      const close = openLine((message) => {
        if (message.type === 'up') isUp = true;
        if (message.type === 'down' || message.type === 'refused') isUp = false;
        channel.postMessage(message);
        tell(message);
      });
      return new Promise<void>((resolve) => {
        leaving.signal.addEventListener('abort', () => {
          close();
          resolve();
        });
      });
    })
    .catch((error: unknown) => {
      if (!leaving.signal.aborted) throw error;
    });
  return () => {
    leaving.abort();
    channel.close();
  };
}
