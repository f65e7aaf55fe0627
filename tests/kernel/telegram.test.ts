import { expect, test } from 'vitest';
import { isDefinite, meaningOf } from '../../kernel/telegram.ts';

test.each([
  [400, 'Bad Request: message is not modified: specified new message content …', 'unchanged'],
  [400, 'Bad Request: message to edit not found', 'gone'],
  [400, 'Bad Request: MESSAGE_ID_INVALID', 'gone'],
  [400, "Bad Request: message can't be edited", 'gone'],
  [400, "Bad Request: message media can't be edited", 'gone'],
  [400, 'Bad Request: there is no text in the message to edit', 'gone'],
  [400, 'Bad Request: there is no caption in the message to edit', 'gone'],
  [400, 'Bad Request: message to delete not found', 'gone'],
  [400, "Bad Request: message can't be deleted", 'gone'],
  [400, "Bad Request: message can't be deleted for everyone", 'gone'],
  [400, 'Bad Request: wrong file identifier/HTTP URL specified', 'media'],
  [400, 'Bad Request: wrong remote file identifier specified: Wrong padding in the string', 'media'],
  [400, 'Bad Request: PHOTO_INVALID_DIMENSIONS', 'media'],
  [400, 'Bad Request: IMAGE_PROCESS_FAILED', 'media'],
  [400, 'Bad Request: WEBPAGE_MEDIA_EMPTY', 'media'],
  [400, 'Bad Request: failed to get HTTP URL content', 'media'],
  [413, 'Request Entity Too Large', 'media'],
  [400, 'Bad Request: can\'t parse entities: Unsupported start tag "x" at byte offset 0', 'markup'],
  [400, 'Bad Request: ENTITIES_TOO_LONG', 'markup'],
  [403, 'Forbidden: bot was blocked by the user', 'unreachable'],
  [403, 'Forbidden: user is deactivated', 'unreachable'],
  [403, "Forbidden: bot can't initiate conversation with a user", 'unreachable'],
  [403, 'Forbidden: something new', 'unreachable'],
  [400, 'Bad Request: chat not found', 'unreachable'],
  [400, 'Bad Request: PEER_ID_INVALID', 'unreachable'],
  [400, 'Bad Request: something new', 'other'],
])('%i "%s" means %s', (code, description, meaning) => {
  expect(meaningOf(code, description)).toBe(meaning);
});

test('what passes is no refusal: too many requests, a token that was replaced, faults of the server', () => {
  expect([400, 403, 404, 413].every(isDefinite)).toBe(true);
  expect([429, 401, 500, 502].some(isDefinite)).toBe(false);
});
