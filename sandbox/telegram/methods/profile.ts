import { badRequest, tooManyRequests } from '../api-error.ts';
import type { Bot } from '../bot.ts';
import { chatOf, type Method } from './call.ts';

const getMe: Method = ({ bot }) => ({
  ...bot.user,
  can_join_groups: true,
  can_read_all_group_messages: false,
  supports_inline_queries: false,
  can_connect_to_business: false,
  has_main_web_app: false,
});

const getChat: Method = (call) => ({ ...chatOf(call).info, accent_color_id: 0, max_reaction_count: 11 });

/** What a bot asks before it posts to a channel: whether it may. */
const getChatMember: Method = (call) => {
  const { info, refusal } = chatOf(call);
  const id = call.args.integer('user_id');
  const own = id === call.bot.user.id;
  if (info.type !== 'channel') {
    if (!own && id !== info.id) throw badRequest('member not found');
    const { type: _, ...person } = info;
    return { status: 'member', user: own ? call.bot.user : { is_bot: false, ...person } };
  }
  if (!own) throw badRequest('member not found');
  if (refusal === 'kicked') return { status: 'kicked', user: call.bot.user, until_date: 0 };
  if (refusal === 'not_member') return { status: 'left', user: call.bot.user };
  return { status: 'administrator', user: call.bot.user, can_post_messages: refusal === undefined };
};

const SCOPES = ['default', 'all_private_chats', 'all_group_chats', 'all_chat_administrators'];
const CHAT_SCOPES = ['chat', 'chat_administrators', 'chat_member'];

/** A command list belongs to a scope and a language. */
const commandKey = ({ bot, args }: Parameters<Method>[0]) => {
  const scope = (args.object('scope', 'BotCommandScope') ?? { type: 'default' }) as {
    type?: unknown;
    chat_id?: unknown;
  };
  const type = String(scope.type);
  if (CHAT_SCOPES.includes(type)) {
    if (!bot.chats.has(Number(scope.chat_id))) throw badRequest('chat not found');
  } else if (!SCOPES.includes(type)) throw badRequest("can't parse BotCommandScope: Unsupported type specified");
  return `commands:${JSON.stringify(scope)}:${args.text('language_code') ?? ''}`;
};

const setMyCommands: Method = (call) => {
  const commands = call.args.object('commands', 'commands');
  if (!Array.isArray(commands)) throw badRequest("can't parse commands JSON object");
  if (commands.length > 100) throw badRequest('BOT_COMMANDS_TOO_MUCH');
  for (const { command, description } of commands) {
    if (!/^\/?[a-z0-9_]{1,32}$/.test(String(command))) throw badRequest('BOT_COMMAND_INVALID');
    const length = typeof description === 'string' ? description.trim().length : 0;
    if (length < 1 || length > 256) throw badRequest('BOT_COMMAND_DESCRIPTION_INVALID');
  }
  call.bot.profile.set(commandKey(call), commands);
  return true;
};

const getMyCommands: Method = (call) => call.bot.profile.get(commandKey(call)) ?? [];

const deleteMyCommands: Method = (call) => {
  call.bot.profile.delete(commandKey(call));
  return true;
};

/** Telegram lets a bot change each of its texts seldom; how seldom, it does not say. This many times an hour here. */
const PROFILE_CHANGES_AN_HOUR = 5;
const HOUR_MILLIS = 3600_000;

/** A text of the bot's profile, kept per language. */
const setText =
  (key: string, limit: number): Method =>
  ({ bot, args, now }) => {
    const text = args.text(key) ?? '';
    spendChange(bot, key, now().getTime());
    if (text.length > limit) throw badRequest(`${key.replaceAll('_', ' ')} is too long`);
    bot.profile.set(`${key}:${args.text('language_code') ?? ''}`, text);
    return true;
  };

/** Counts what is set, changed or not. */
function spendChange(bot: Bot, key: string, millis: number): void {
  const recent = (bot.profileChanges.get(key) ?? []).filter((at) => at > millis - HOUR_MILLIS);
  const oldest = recent.at(-PROFILE_CHANGES_AN_HOUR);
  if (oldest !== undefined) throw tooManyRequests(Math.ceil((oldest + HOUR_MILLIS - millis) / 1000));
  bot.profileChanges.set(key, [...recent, millis]);
}

const getText =
  (key: string): Method =>
  ({ bot, args }) => ({ [key]: bot.profile.get(`${key}:${args.text('language_code') ?? ''}`) ?? '' });

const getMyName: Method = (call) => {
  const { name } = getText('name')(call) as { name: string };
  return { name: name || call.bot.user.first_name };
};

const setChatMenuButton: Method = ({ bot, args }) => {
  const button = args.object('menu_button', 'menu button') ?? { type: 'default' };
  bot.profile.set(`menu_button:${args.text('chat_id') ?? ''}`, button);
  return true;
};

const getChatMenuButton: Method = ({ bot, args }) =>
  bot.profile.get(`menu_button:${args.text('chat_id') ?? ''}`) ?? { type: 'commands' };

export const profileMethods: Record<string, Method> = {
  getMe,
  getChat,
  getChatMember,
  setMyCommands,
  getMyCommands,
  deleteMyCommands,
  setMyName: setText('name', 64),
  getMyName,
  setMyDescription: setText('description', 512),
  getMyDescription: getText('description'),
  setMyShortDescription: setText('short_description', 120),
  getMyShortDescription: getText('short_description'),
  setChatMenuButton,
  getChatMenuButton,
};
