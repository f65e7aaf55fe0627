export { createOwnerMessages, type OwnerMessages } from './service.ts';
export {
  countWaiting,
  markRefused,
  markSent,
  type OwnerMessage,
  openMessages,
  selectAlone,
  selectAnswered,
  wasReached,
} from './sql.ts';
