/**
 * What Telegram means by refusing a call for good. Its words change with the version of the server and with the way that a
 * message took, so that nobody else compares them.
 */
export type Refusal =
  /** The message shows this already: an edit that was made before. */
  | 'unchanged'
  /** The message is not there any more, or never will be what was asked of it. */
  | 'gone'
  /** Nothing reaches this person until they write again. */
  | 'unreachable'
  /** A file, photo or link that Telegram does not know, cannot fetch or cannot read. */
  | 'media'
  /** HTML that is not read, or formatting that is too much. */
  | 'markup'
  | 'other';

const MEANINGS: readonly (readonly [Refusal, RegExp])[] = [
  ['unchanged', /message is not modified|MESSAGE_NOT_MODIFIED/i],
  [
    'unreachable',
    /chat not found|PEER_ID_INVALID|user is deactivated|INPUT_USER_DEACTIVATED|USER_IS_BLOCKED|bot was blocked|bot was kicked|can't initiate conversation|user not found|USER_ID_INVALID/i,
  ],
  [
    'gone',
    /message (to edit|to delete|identifier|to be replied|to reply) (is )?not (found|specified)|MESSAGE_ID_INVALID|message can't be (edited|deleted)|message media can't be edited|there is no (text|caption|media) in the message|MESSAGE_EDIT_TIME_EXPIRED|MESSAGE_DELETE_FORBIDDEN|MESSAGE_AUTHOR_REQUIRED/i,
  ],
  ['markup', /can't parse entities|can't find end|ENTIT(Y|IES)_|unsupported start tag|unclosed start tag/i],
  [
    'media',
    /file.?id|file identifier|FILE_REFERENCE|FILE_PARTS?_|PHOTO_|IMAGE_|MEDIA_|VIDEO_|WEBPAGE_|EXTERNAL_URL|failed to get HTTP URL content|wrong type of the web page content|wrong remote file|can't use file of type|type of file mismatch|file (is )?too big|file must be non-empty|REQUEST ENTITY TOO LARGE/i,
  ],
];

/** What an answer with this status and description means. 429, 401 and the faults of the server are no refusals. */
export function meaningOf(code: number, description: string): Refusal {
  const found = MEANINGS.find(([, words]) => words.test(description))?.[0] ?? 'other';
  // Whatever the words, Telegram forbids no message but to somebody who does not want it.
  return code === 403 && found !== 'gone' ? 'unreachable' : found;
}

/** True for an answer that stays the same however often the call is made. */
export const isDefinite = (code: number): boolean => code >= 400 && code < 500 && code !== 401 && code !== 429;
