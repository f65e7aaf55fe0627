import { MENU } from '../../tenant-runtime/bot/menu.ts';
import type { TestStore } from '../support/store.ts';
import { MARKUP, problemsOf } from './checks.ts';
import { type Question, trace } from './crawler.ts';
import { createPerson, isUsable, type Step } from './person.ts';
import { type Asked, moved, questionsOf, reachAnew } from './questions.ts';
import { chatAs } from './walks.ts';

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

/** What was wrong at the questions, and at how many of them the person stood. */
export type Findings = { problems: string[]; asked: number };

export type Questioning = {
  /** Leaves each question by the word for it, by the button that the question shows, or by the menu. */
  leave(way: 'word' | 'button' | 'menu'): Promise<Findings>;
  /** Answers each question with everything that nobody asked for. */
  answerWrongly(): Promise<Findings>;
};

/** Meets every question of a role, to come back to each of them. */
export async function createQuestioning(shop: TestStore, role: Asked): Promise<Questioning> {
  const person = createPerson(shop, await chatAs(shop, role));
  const commands = role === 'customer' ? ['/start', '/start p_satu'] : ['/start', '/admin'];
  const questions = await questionsOf(person, role, commands);
  let unique = 100;

  const comeTo = (question: Question) => {
    unique += 1;
    return reachAnew(shop, person, question, unique);
  };

  /** Brings the person to each question, and collects what is wrong there. */
  async function atEach(what: (question: Question) => Promise<string[]>): Promise<Findings> {
    const problems: string[] = [];
    let asked = 0;
    for (const question of questions) {
      if (!(await comeTo(question))) {
        problems.push(`${trace(question.path)}: cannot be reached again`);
        continue;
      }
      asked += 1;
      const found = await what(question);
      problems.push(...found.map((problem) => `${question.wizard}/${question.step}: ${problem}`));
    }
    return { problems, asked };
  }

  async function leaveBy(step: Step): Promise<string[]> {
    const seen = await person.act(step);
    return [...problemsOf(seen), ...(seen.form ? ['the form is still open'] : [])];
  }

  async function leaveByButton(): Promise<string[]> {
    const last = (await person.chat.messages()).findLast(isUsable);
    const buttons = last?.buttons.flat() ?? [];
    // A list that was found is left by its own buttons.
    const out =
      buttons.find(({ data }) => data === CANCEL) ?? buttons.find(({ data }) => data?.startsWith('wz:') === false);
    return out?.data ? leaveBy({ kind: 'tap', data: out.data, label: out.label }) : ['no button leads out of it'];
  }

  async function misanswer(question: Question): Promise<string[]> {
    const found: string[] = [];
    for (const [name, step] of Object.entries(WRONG)) {
      const before = await person.form();
      const seen = await person.act(step);
      found.push(...problemsOf(seen).map((problem) => `${name}: ${problem}`));
      // What was accepted went on; the question is asked anew for the next.
      if (moved(before, seen.form) && !(await comeTo(question))) {
        found.push(`${name}: the question cannot be reached after it`);
        break;
      }
    }
    return found;
  }

  const WAYS = {
    word: () => leaveBy({ kind: 'type', text: 'BATAL' }),
    button: leaveByButton,
    menu: () => leaveBy({ kind: 'press', label: MENU.info }),
  };
  return { leave: (way) => atEach(WAYS[way]), answerWrongly: () => atEach(misanswer) };
}
