import { candidates, examplesOf } from './answers.ts';
import { problemsOf } from './checks.ts';
import { isUsable, type Person, type Seen, type Step } from './person.ts';

type Button = { data: string; label: string; path: Step[] };

/** A question that the bot asked, and how a person comes to it from the reply keyboard. */
export type Question = { wizard: string; step: string; path: Step[]; goesOnWith: Step | undefined };

export type Walk = {
  /** Kinds of buttons that were pressed: their callback data without numbers. */
  pressed: Set<string>;
  questions: Question[];
  problems: string[];
};

/** Lists are long: of buttons that differ in their numbers only, so many are pressed. */
const OF_A_KIND = 2;
/** Pressed last, for they take away what others lead to. */
const DESTRUCTIVE = /🗑|hapus|blokir|lepas|pulihkan|reset|hentikan/i;
/** Of what was shown as code, so much is tried as an answer. */
const MOST_MET = 120;
/** A walk that does not end is a defect of the walk. */
const MOST_STEPS = 1500;

/** Callback data without its numbers. */
export const kindOf = (data: string): string => data.replace(/-?\d+/g, '#');

/**
 * Walks everything that can be pressed from the reply keyboard and the given commands on, answering the questions that
 * come up. What there is to press is read off the screen.
 */
export async function walk(person: Person, commands: readonly string[]): Promise<Walk> {
  const result: Walk = { pressed: new Set(), questions: [], problems: [] };
  const times = new Map<string, number>();
  const known = new Set<string>();
  const waiting: Button[] = [];
  const asked = new Set<string>();
  const met = new Set<string>();
  let steps = 0;

  function note(seen: Seen, path: readonly Step[]): void {
    for (const problem of problemsOf(seen)) result.problems.push(`${trace(path)}: ${problem}\n${shown(seen)}`);
    for (const example of seen.screens.flatMap(examplesOf)) met.add(example);
    for (const { data, label } of seen.screens.flatMap((screen) => screen.buttons.flat())) {
      if (data === undefined || known.has(data) || (times.get(kindOf(data)) ?? 0) >= OF_A_KIND) continue;
      known.add(data);
      times.set(kindOf(data), (times.get(kindOf(data)) ?? 0) + 1);
      waiting.push({ data, label, path: [...path] });
    }
  }

  async function go(step: Step, path: Step[]): Promise<Seen> {
    steps += 1;
    const seen = await person.act(step);
    const here = [...path, step];
    note(seen, here);
    await answer(seen, here);
    return seen;
  }

  /** Finds an answer that goes on from a question that was not met before, and takes it. */
  async function answer(seen: Seen, path: Step[]): Promise<void> {
    const { form } = seen;
    if (!form || asked.has(`${form.wizard}/${form.step}`)) return;
    asked.add(`${form.wizard}/${form.step}`);
    const question: Question = { wizard: form.wizard, step: form.step, path, goesOnWith: undefined };
    result.questions.push(question);
    for (const candidate of candidates(seen, asked.size, [...met].slice(-MOST_MET))) {
      steps += 1;
      const after = await person.act(candidate);
      note(after, [...path, candidate]);
      const { form: now } = after;
      const goesOn = now?.wizard !== form.wizard || now.step !== form.step || now.data !== form.data;
      if (!goesOn) continue;
      question.goesOnWith = candidate;
      return answer(after, [...path, candidate]);
    }
    // Some questions are answered by a button.
    if (!seen.screens.some((screen) => screen.buttons.flat().some(({ data }) => answersItself(data)))) {
      result.problems.push(`${trace(path)}: no answer goes on from ${form.wizard}/${form.step}\n${shown(seen)}`);
    }
  }

  /** Presses a button; one of a wizard's own only where the wizard shows it. */
  async function press(button: Button): Promise<void> {
    result.pressed.add(kindOf(button.data));
    const inWizard = button.data.startsWith('wz:');
    if (inWizard && !(await onScreen(button.data))) for (const step of button.path) await person.act(step);
    await go({ kind: 'tap', data: button.data, label: button.label }, button.path);
  }

  async function onScreen(data: string): Promise<boolean> {
    const last = (await person.chat.messages()).findLast(isUsable);
    return last?.buttons.flat().some((button) => button.data === data) ?? false;
  }

  for (const command of commands) await go({ kind: 'type', text: command }, []);
  for (const label of (await person.chat.view()).replyKeyboard.flat()) await go({ kind: 'press', label }, []);
  while (waiting.length > 0 && steps < MOST_STEPS) {
    // What a wizard shows is pressed while it shows it.
    const inWizard = waiting.findLastIndex(({ data }) => data.startsWith('wz:'));
    const harmless = waiting.findIndex(({ label }) => !DESTRUCTIVE.test(label));
    const [next] = waiting.splice(inWizard >= 0 ? inWizard : Math.max(0, harmless), 1);
    if (next) await press(next);
  }
  if (steps >= MOST_STEPS) result.problems.push(`the walk did not end within ${MOST_STEPS} steps`);
  return result;
}

const answersItself = (data: string | undefined): boolean => data !== undefined && data !== 'wz:cancel';

export function trace(path: readonly Step[]): string {
  return path
    .map((step) => {
      switch (step.kind) {
        case 'press':
          return `[${step.label}]`;
        case 'tap':
          return `[${step.label} → ${step.data}]`;
        case 'type':
          return `"${step.text.slice(0, 60)}"`;
        default:
          return `(${step.kind})`;
      }
    })
    .join(' › ');
}

function shown({ screens, answer }: Seen): string {
  const texts = screens.map(({ text }) => text.slice(0, 600).replace(/^/gm, '    | '));
  return [...texts, ...(answer?.text ? [`    toast: ${answer.text}`] : [])].join('\n');
}
