import { startRuntime } from '../support/runtime-process.ts';
import type { TestStore } from '../support/store.ts';
import { trace } from './crawler.ts';
import { createPerson } from './person.ts';
import { type Asked, moved, questionsOf, reachAnew, reply } from './questions.ts';
import { chatAs } from './walks.ts';

/** The process tells real time: what customers do too fast would be spam. */
const BREATH_MS = 1100;
const breathe = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, BREATH_MS));

/** Kills a store at every question of a role, and looks whether it asks on where it was when it is back. */
export async function killAtEachQuestion(
  shop: TestStore,
  role: Asked,
): Promise<{ problems: string[]; goneOn: number }> {
  const chat = await chatAs(shop, role);
  const commands = role === 'customer' ? ['/start'] : ['/start', '/admin'];
  const questions = await questionsOf(createPerson(shop, chat), role, commands);
  await shop.leave();
  let runtime = await startRuntime(shop.env);
  const kill = async () => {
    runtime.kill('SIGKILL');
    await runtime.exited;
  };

  const person = createPerson(shop, chat, role === 'customer' ? breathe : undefined);
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
      runtime = await startRuntime(shop.env);
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
