export { clientOptions, createBotApi, isTokenFault } from './bot-api.ts';
export { createTelegram, type Telegram } from './client.ts';
export { editOr, type Sent, sendHtml, sendText } from './messages.ts';
