import type { TestStore } from '../support/store.ts';
import { candidates } from './answers.ts';
import { kindOf, type Question, walk } from './crawler.ts';
import type { Form, Person, Seen, Step } from './person.ts';
import { newOrder } from './shop.ts';

/** Whom questions are asked of, and the fewest that a walk meets: with less, it did not get around. */
export type Asked = 'customer' | 'owner';
export const FEWEST_QUESTIONS: Record<Asked, number> = { customer: 6, owner: 21 };

/** Questions of the staff's menu: what customers are asked is asked of a customer, whose goods nobody deletes. */
const ofStaff = ({ path: [first] }: Question): boolean => first?.kind === 'type' && first.text === '/admin';

/** The questions that a person meets on a walk from the given commands on. */
export async function questionsOf(person: Person, role: Asked, commands: readonly string[]): Promise<Question[]> {
  const { questions } = await walk(person, commands);
  return role === 'customer' ? questions : questions.filter(ofStaff);
}

const isAt = (form: Form | undefined, question: Question): boolean =>
  form?.wizard === question.wizard && form.step === question.step;

export const moved = (before: Form | undefined, after: Form | undefined): boolean =>
  before?.wizard !== after?.wizard || before?.step !== after?.step || before?.data !== after?.data;

/**
 * Brings a person to a question anew, on the way that the walk found. An answer that was good once may be taken by now:
 * then another one is given. Undefined when the way is gone.
 */
async function reach(person: Person, question: Question, unique: number): Promise<Seen | undefined> {
  await person.act({ kind: 'type', text: 'BATAL' });
  let seen: Seen | undefined;
  for (const step of question.path) {
    seen =
      seen?.form && step.kind !== 'tap'
        ? await reply(person, seen, step, unique)
        : await person.act(likeIt(step, seen));
    if (!seen) return undefined;
  }
  return isAt(seen?.form, question) ? seen : undefined;
}

/** The same; what a question was about may be used up, such as an order that is refunded by now: then there is a new one. */
export async function reachAnew(
  shop: TestStore,
  person: Person,
  question: Question,
  unique: number,
): Promise<Seen | undefined> {
  const seen = await reach(person, question, unique);
  if (seen) return seen;
  await newOrder(shop);
  return reach(person, question, unique);
}

/**
 * The same button again. Where the screen shows one of its kind for another thing, that is pressed: the order that was
 * refunded on the first way is not refunded twice.
 */
function likeIt(step: Step, seen: Seen | undefined): Step {
  if (step.kind !== 'tap') return step;
  const shown = seen?.screens.flatMap((screen) => screen.buttons.flat()) ?? [];
  const ofItsKind = shown.filter(({ data }) => data !== undefined && kindOf(data) === kindOf(step.data));
  const same =
    ofItsKind.find(({ label }) => label === step.label) ??
    ofItsKind.find(({ data }) => data === step.data) ??
    ofItsKind[0];
  return same?.data === undefined ? step : { ...step, data: same.data };
}

/** Answers a question so that it goes on. */
export async function reply(person: Person, seen: Seen, step: Step, unique: number): Promise<Seen | undefined> {
  const varied: Step[] = step.kind === 'type' ? [step, { kind: 'type', text: `${step.text}${unique}` }] : [step];
  for (const candidate of [...varied, ...candidates(seen, unique, [])]) {
    const after = await person.act(candidate);
    if (moved(seen.form, after.form)) return after;
  }
  return undefined;
}
