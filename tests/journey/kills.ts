import { afterEach, expect, test } from 'vitest';
import { type RuntimeProcess, startRuntime } from '../support/runtime-process.ts';
import type { TestStore } from '../support/store.ts';
import { MARKUP } from './checks.ts';
import { type Question, trace, walk } from './crawler.ts';
import { createPerson, type Person } from './person.ts';
import { moved, ofStaff, reach, reply } from './questions.ts';
import { furnishedShop, newOrder } from './shop.ts';

let shop: TestStore;
let runtime: RuntimeProcess | undefined;

afterEach(async () => {
  runtime?.kill('SIGKILL');
  await runtime?.exited;
  await shop.close();
});

/** The process tells real time: what customers do too fast would be spam. */
const BREATH_MS = 1100;
const breathe = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, BREATH_MS));

/** What a question was about may be used up, such as an order that is refunded by now. */
async function reachAnew(person: Person, question: Question, unique: number) {
  await newOrder(shop);
  return reach(person, question, unique);
}

/** The test that kills the store at every question of a role. A file of its own each: it takes minutes. */
export function killedAtEachQuestion(role: 'customer' | 'owner'): void {
  test(`a store that is killed at any question of a ${role} asks on where it was, with nothing lost`, async () => {
    shop = await furnishedShop();
    const chat = role === 'customer' ? (await shop.customer(`Budi ${MARKUP}`)).chat : shop.owner.chatWith(shop.bot);
    const walked = await walk(createPerson(shop, chat), role === 'customer' ? ['/start'] : ['/start', '/admin']);
    const questions = role === 'customer' ? walked.questions : walked.questions.filter(ofStaff);
    await shop.leave();
    runtime = await startRuntime(shop.env);

    const person = createPerson(shop, chat, role === 'customer' ? breathe : undefined);
    const problems: string[] = [];
    for (const [index, question] of questions.entries()) {
      const asked = (await reach(person, question, 500 + index)) ?? (await reachAnew(person, question, 500 + index));
      if (!asked) {
        problems.push(`${trace(question.path)}: cannot be reached`);
        continue;
      }
      runtime.kill('SIGKILL');
      await runtime.exited;
      expect(await person.form()).toEqual(asked.form);
      runtime = await startRuntime(shop.env);
      const after = question.goesOnWith
        ? await reply(person, asked, question.goesOnWith, 900 + index)
        : await person.act({ kind: 'type', text: 'BATAL' });
      if (!after || !moved(asked.form, after.form))
        problems.push(`${question.wizard}/${question.step}: does not go on`);
    }
    expect(problems).toEqual([]);
    expect(questions.length).toBeGreaterThan(role === 'customer' ? 5 : 20);
  }, 600_000);
}
