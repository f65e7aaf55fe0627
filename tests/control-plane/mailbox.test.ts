import { expect, test } from 'vitest';
import { mailboxTask } from '../../control-plane/people/mailbox/mailbox.ts';
import type { Sent } from '../../control-plane/platform/telegram/index.ts';
import { createLog } from '../../kernel/log.ts';

const log = createLog({ service: 'tests', level: 'silent' });
type Letter = { chatId: number; text: string };

/** A mailbox in memory, which gives out the next message of each chat; `answers` says what Telegram does, by text. */
function createMailbox(letters: Letter[], answers: Record<string, Sent | Error | undefined>) {
  const recorded: string[] = [];
  const forget = (letter: Letter) => letters.splice(letters.indexOf(letter), 1);
  const task = mailboxTask<Letter>({
    name: 'letters',
    log,
    mailbox: {
      async *pages() {
        yield [...Map.groupBy(letters, ({ chatId }) => chatId).values()].flatMap(([first]) => first ?? []);
      },
      async send(letter) {
        const answer = letter.text in answers ? answers[letter.text] : { messageId: 1 };
        if (answer instanceof Error) throw answer;
        if (!answer) forget(letter);
        return answer;
      },
      async record(letter, sent) {
        forget(letter);
        recorded.push(`${letter.text} ${'refused' in sent ? sent.refused : 'sent'}`);
      },
      nextMs: async () => 9_000,
    },
  });
  const run = async () => task.run(new AbortController().signal);
  return { run, recorded, answers };
}

test('each chat gets one message at a time, in its order, and the next a second later', async () => {
  const { run, recorded } = createMailbox(
    [
      { chatId: 1, text: 'a' },
      { chatId: 1, text: 'b' },
      { chatId: 2, text: 'c' },
    ],
    {},
  );
  expect(await run()).toBe(1_100);
  expect(recorded).toEqual(['a sent', 'c sent']);
  expect(await run()).toBe(1_100);
  expect(recorded).toEqual(['a sent', 'c sent', 'b sent']);
  expect(await run()).toBe(9_000);
});

test('what Telegram does not take now waits for another run and holds up no other chat', async () => {
  const { run, recorded, answers } = createMailbox(
    [
      { chatId: 1, text: 'a' },
      { chatId: 1, text: 'b' },
      { chatId: 2, text: 'c' },
    ],
    { a: new Error('Telegram is away') },
  );
  await expect(run()).rejects.toThrow('did not take 1 message');
  expect(recorded).toEqual(['c sent']);
  answers.a = { messageId: 7 };
  await run();
  await run();
  expect(recorded).toEqual(['c sent', 'a sent', 'b sent']);
});

test('what is refused for good is recorded as such, and what need not be sent any more is left out', async () => {
  const { run, recorded } = createMailbox(
    [
      { chatId: 1, text: 'a' },
      { chatId: 2, text: 'b' },
    ],
    { a: { refused: 'chat not found' }, b: undefined },
  );
  await run();
  expect(recorded).toEqual(['a chat not found']);
});
