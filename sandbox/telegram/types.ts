/** The part of the Bot API's objects that the sandbox speaks, with the names of the Bot API. */
export type User = {
  id: number;
  is_bot: boolean;
  first_name: string;
  last_name?: string;
  username?: string;
  language_code?: string;
};

export type PrivateChat = { id: number; type: 'private'; first_name: string; last_name?: string; username?: string };

export type ChannelChat = { id: number; type: 'channel'; title: string; username?: string };
export type ChatInfo = PrivateChat | ChannelChat;

export type Entity = {
  type: string;
  /** UTF-16 code units. */
  offset: number;
  /** UTF-16 code units. */
  length: number;
  url?: string;
  user?: { id: number };
  language?: string;
  custom_emoji_id?: string;
  /** Of a `date_time`: seconds, and which parts of it the reader's app shows. */
  unix_time?: number;
  date_time_format?: string;
};

export type InlineButton = { text: string } & Record<string, unknown>;
export type InlineKeyboard = { inline_keyboard: InlineButton[][] };

export type KeyboardButton = { text: string } & Record<string, unknown>;
export type ReplyKeyboard = { keyboard: KeyboardButton[][] } & Record<string, unknown>;

export type FileRef = { file_id: string; file_unique_id: string; file_size: number };
export type PhotoSize = FileRef & { width: number; height: number };
export type Document = FileRef & { file_name?: string; mime_type?: string; thumbnail?: PhotoSize };
export type Video = FileRef & {
  width: number;
  height: number;
  /** Seconds. */
  duration: number;
  file_name?: string;
  mime_type?: string;
};
export type Sticker = FileRef & {
  type: 'regular';
  width: number;
  height: number;
  is_animated: boolean;
  is_video: boolean;
};
export type Contact = { phone_number: string; first_name: string; user_id?: number };

/** What of a message can be replaced by an edit. */
export type Content = {
  text?: string;
  entities?: Entity[];
  caption?: string;
  caption_entities?: Entity[];
  photo?: PhotoSize[];
  document?: Document;
  video?: Video;
  sticker?: Sticker;
  contact?: Contact;
};

export type Message = Content & {
  message_id: number;
  /** A post in a channel has none, but `sender_chat`. */
  from?: User;
  sender_chat?: ChannelChat;
  chat: ChatInfo;
  /** Unix time, seconds. */
  date: number;
  edit_date?: number;
  media_group_id?: string;
  reply_to_message?: Message;
  forward_origin?:
    | { type: 'user'; sender_user: User; date: number }
    | { type: 'channel'; chat: ChannelChat; message_id: number; date: number };
  reply_markup?: InlineKeyboard;
};

export type Update = { update_id: number } & Record<string, unknown>;
