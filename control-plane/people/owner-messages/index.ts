export { createOwnerMessages, type OwnerMessages } from './service.ts';
export {
  countWaiting,
  markRefused,
  markSent,
  type OwnerMessage,
  openMessages,
  replaceMessage,
  selectAlone,
  selectAnswered,
  wasReached,
} from './sql.ts';
