import type { TestStore } from '../support/store.ts';
import { type StartKillable, startAsProcess } from '../support/store-inside.ts';
import { trace } from './crawler.ts';
import { createPerson } from './person.ts';
import { type Asked, moved, questionsOf, reachAnew, reply } from './questions.ts';
import { chatAs } from './walks.ts';

/** A process tells real time: what customers do too fast would be spam. */
const BREATH_MS = 1100;
const breathe = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, BREATH_MS));

/**
 * Kills a store at every question of a role, and looks whether it asks on where it was when it is back.
 * @param start how the store is run, in this process or in one of its own
 */
export async function killAtEachQuestion(
  shop: TestStore,
  role: Asked,
  start: StartKillable,
): Promise<{ problems: string[]; goneOn: number }> {
  const chat = await chatAs(shop, role);
  const commands = role === 'customer' ? ['/start'] : ['/start', '/admin'];
  const questions = await questionsOf(createPerson(shop, chat), role, commands);
  await shop.leave();
  let runtime = await start(shop, shop.env);
  const kill = async () => {
    runtime.kill('SIGKILL');
    await runtime.exited;
  };

  const person = createPerson(shop, chat, role === 'customer' && start === startAsProcess ? breathe : undefined);
  const problems: string[] = [];
  let goneOn = 0;
  try {
    for (const [index, question] of questions.entries()) {
      const name = `${question.wizard}/${question.step}`;
      const asked = await reachAnew(shop, person, question, 500 + index);
      if (!asked) {
        problems.push(`${trace(question.path)}: cannot be reached`);
        continue;
      }
      await kill();
      const left = await person.form();
      if (moved(asked.form, left)) problems.push(`${name}: became ${JSON.stringify(left)}`);
      runtime = await start(shop, shop.env);
      const after = question.goesOnWith
        ? await reply(person, asked, question.goesOnWith, 900 + index)
        : await person.act({ kind: 'type', text: 'BATAL' });
      if (after && moved(asked.form, after.form)) goneOn += 1;
      else problems.push(`${name}: does not go on`);
    }
    return { problems, goneOn };
  } finally {
    await kill();
  }
}
