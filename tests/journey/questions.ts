import { candidates } from './answers.ts';
import { kindOf, type Question } from './crawler.ts';
import type { Form, Person, Seen, Step } from './person.ts';

/** Questions of the staff's menu: what customers are asked is asked of a customer, whose goods nobody deletes. */
export const ofStaff = ({ path: [first] }: Question): boolean => first?.kind === 'type' && first.text === '/admin';

const isAt = (form: Form | undefined, question: Question): boolean =>
  form?.wizard === question.wizard && form.step === question.step;

export const moved = (before: Form | undefined, after: Form | undefined): boolean =>
  before?.wizard !== after?.wizard || before?.step !== after?.step || before?.data !== after?.data;

/**
 * Brings a person to a question anew, on the way that the walk found. An answer that was good once may be taken by now:
 * then another one is given. Undefined when the way is gone.
 */
export async function reach(person: Person, question: Question, unique: number): Promise<Seen | undefined> {
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
