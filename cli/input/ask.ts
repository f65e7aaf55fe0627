import { interrupted } from '../exit.ts';

/** Questions go to stderr: stdout is for results. */
const terminal = { output: process.stderr };

/** Loaded on demand: most commands ask nothing. */
const prompts = () => import('@inquirer/prompts');

export type Question = {
  message: string;
  default?: string;
  /** `true`, or what is wrong with the answer. */
  check: (answer: string) => true | string;
};

export async function askText(question: Question): Promise<string> {
  const { input } = await prompts();
  return answered(
    input(
      {
        message: question.message,
        ...(question.default === undefined ? {} : { default: question.default }),
        validate: (answer) => question.check(answer.trim()),
      },
      terminal,
    ),
  );
}

/** The answer is not shown while it is typed. */
export async function askSecret(question: Omit<Question, 'default'>): Promise<string> {
  const { password } = await prompts();
  return answered(
    password({ message: question.message, mask: '*', validate: (answer) => question.check(answer.trim()) }, terminal),
  );
}

async function answered(question: Promise<string>): Promise<string> {
  try {
    return (await question).trim();
  } catch (error) {
    if ((error as Error).name === 'ExitPromptError') throw interrupted('Nothing was changed.');
    throw error;
  }
}
