import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MENU } from '../../tenant-runtime/bot/menu.ts';
import type { TestStore } from '../support/store.ts';
import { MARKUP, problemsOf, refusedCalls } from './checks.ts';
import { type Question, trace, walk } from './crawler.ts';
import { createPerson, isUsable, type Person, type Step } from './person.ts';
import { moved, ofStaff, reach } from './questions.ts';
import { furnishedShop, newOrder } from './shop.ts';

const CANCEL = 'wz:cancel';
const MEGABYTE = 1024 * 1024;

/** What nobody asked for. Some of it is a fair answer somewhere, such as SQL as the name of a product. */
const WRONG: Record<string, Step> = {
  blank: { kind: 'type', text: '   ' },
  'too long': { kind: 'type', text: 'x'.repeat(4096) },
  emoji: { kind: 'type', text: '😀🎉' },
  markup: { kind: 'type', text: `${MARKUP} & <script>alert(1)</script> </p>` },
  sql: { kind: 'type', text: "'); DROP TABLE users; --" },
  negative: { kind: 'type', text: '-5' },
  huge: { kind: 'type', text: '99999999999999999999999' },
  photo: { kind: 'photo' },
  'ten thousand lines': {
    kind: 'file',
    text: Array.from({ length: 10_000 }, (_, n) => `baris ${n}`).join('\n'),
    fileName: 'a.txt',
  },
  'a file of 50 MB': {
    kind: 'raw',
    what: 'document',
    content: { document: { file_id: 'BIG', file_unique_id: 'BIG', file_name: 'besar.txt', file_size: 50 * MEGABYTE } },
  },
  sticker: {
    kind: 'raw',
    what: 'sticker',
    content: {
      sticker: {
        file_id: 'S',
        file_unique_id: 'S',
        type: 'regular',
        width: 1,
        height: 1,
        is_animated: false,
        is_video: false,
      },
    },
  },
};

/** Tests of every question that a role is asked. A file of its own each: they take minutes. */
export function questionsOf(role: 'customer' | 'owner'): void {
  describe(`every question that a ${role} is asked`, { timeout: 600_000 }, () => {
    let shop: TestStore;
    let person: Person;
    let questions: Question[];
    let unique = 100;

    beforeAll(async () => {
      shop = await furnishedShop();
      const chat = role === 'customer' ? (await shop.customer(`Budi ${MARKUP}`)).chat : shop.owner.chatWith(shop.bot);
      person = createPerson(shop, chat);
      const walked = await walk(person, role === 'customer' ? ['/start', '/start p_satu'] : ['/start', '/admin']);
      questions = role === 'customer' ? walked.questions : walked.questions.filter(ofStaff);
    }, 300_000);
    afterAll(() => shop.close());

    /** What a question was about may be used up, such as an order that is refunded by now. */
    async function reachAnew(question: Question) {
      await newOrder(shop);
      return reach(person, question, unique);
    }

    /** Brings the person to each question that can still be reached, and collects what is wrong there. */
    async function atEach(what: (question: Question) => Promise<string[]>): Promise<string[]> {
      const problems: string[] = [];
      for (const question of questions) {
        unique += 1;
        const seen = (await reach(person, question, unique)) ?? (await reachAnew(question));
        if (!seen) problems.push(`${trace(question.path)}: cannot be reached again`);
        else
          problems.push(...(await what(question)).map((problem) => `${question.wizard}/${question.step}: ${problem}`));
      }
      return problems;
    }

    const leavesBy = (step: Step) => async (): Promise<string[]> => {
      const seen = await person.act(step);
      return [...problemsOf(seen), ...(seen.form ? ['the form is still open'] : [])];
    };

    test('is left by the word, by the button and by the menu', async () => {
      const word: Step = { kind: 'type', text: 'BATAL' };
      const menu: Step = { kind: 'press', label: MENU.info };
      expect(questions.length).toBeGreaterThan(role === 'customer' ? 5 : 20);
      expect(await atEach(leavesBy(word))).toEqual([]);
      expect(await atEach(leavesBy(menu))).toEqual([]);
      const problems = await atEach(async () => {
        const last = (await person.chat.messages()).findLast(isUsable);
        const buttons = last?.buttons.flat() ?? [];
        // A list that was found is left by its own buttons.
        const out =
          buttons.find(({ data }) => data === CANCEL) ?? buttons.find(({ data }) => data?.startsWith('wz:') === false);
        return out?.data
          ? leavesBy({ kind: 'tap', data: out.data, label: out.label })()
          : ['no button leads out of it'];
      });
      expect(problems).toEqual([]);
    });

    test('survives whatever is answered', async () => {
      const problems = await atEach(async (question) => {
        const found: string[] = [];
        for (const [name, step] of Object.entries(WRONG)) {
          const before = await person.form();
          const seen = await person.act(step);
          found.push(...problemsOf(seen).map((problem) => `${name}: ${problem}`));
          // What was accepted went on; the question is asked anew for the next.
          unique += 1;
          if (moved(before, seen.form) && !((await reach(person, question, unique)) ?? (await reachAnew(question)))) {
            found.push(`${name}: the question cannot be reached after it`);
            break;
          }
        }
        return found;
      });
      expect(problems).toEqual([]);
      expect(refusedCalls(await shop.client.calls())).toEqual([]);
    });
  });
}
