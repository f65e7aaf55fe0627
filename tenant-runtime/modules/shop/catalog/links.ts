/** What opens a product when somebody follows it; undefined until Telegram has told the bot's name. */
export const productLink = (botUsername: string, code: string): string | undefined =>
  botUsername === '' ? undefined : `https://t.me/${botUsername}?start=p_${code}`;
