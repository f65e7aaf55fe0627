import type { ChannelRight } from '../control/channels.ts';
import type { ChannelChat } from '../telegram/types.ts';
import { type ChatClient, createChatClient } from './chat.ts';
import type { ControlHttp } from './http.ts';

/** A channel that one bot posts to, as its readers see it. */
export type ChannelClient = ChannelChat &
  Pick<
    ChatClient,
    'waitFor' | 'waitForDeleted' | 'mark' | 'messages' | 'last' | 'history' | 'download' | 'transcript'
  > & {
    /** What the bot may do there: `post`, nothing (`no_right`), or it is out (`not_member`, `kicked`). */
    setRight(right: ChannelRight): Promise<void>;
  };

export function createChannelClient(http: ControlHttp, botId: number, channel: ChannelChat): ChannelClient {
  return {
    ...createChatClient(http, botId, channel.id),
    ...channel,
    async setRight(right) {
      await http.post(`/bots/${botId}/channels/${channel.id}/right`, { right });
    },
  };
}
