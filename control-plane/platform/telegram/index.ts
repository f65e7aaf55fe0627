export { createTelegram, type Telegram } from './client.ts';
