import type { Ora } from 'ora';
import {
  type Operation,
  type OperationKind,
  type OperationStep,
  REHEARSAL_RESULTS,
} from '../../control-plane/api/contract/index.ts';
import type { Output } from './output.ts';
import { printable } from './text.ts';
import { duration } from './time.ts';

/** Shows an operation's steps as they happen. */
export type StepView = { show(operation: Operation): void; end(): void };

/** On a terminal: finished steps as lines, the running one as a spinner with its time. Elsewhere: a line per change. */
export async function createStepView(output: Output): Promise<StepView> {
  if (!output.live) return plainView(output);
  // Loaded on demand: most commands show no steps.
  const { default: ora } = await import('ora');
  return liveView(output, ora({ discardStdin: false }));
}

function plainView(output: Output): StepView {
  const told = new Set<string>();
  return {
    show(operation) {
      for (const step of operation.steps) {
        const key = `${operation.attempt} ${step.name} ${step.state}`;
        if (told.has(key) || step.state === 'pending') continue;
        told.add(key);
        output.note(
          step.state === 'running' ? `… ${label(step)}` : finishedLine(output.noteStyle, operation.kind, step),
        );
      }
    },
    end() {},
  };
}

function liveView(output: Output, spinner: Ora): StepView {
  const told = new Set<string>();
  let running: OperationStep | undefined;
  const draw = () => {
    if (running) spinner.text = `${label(running)} ${output.noteStyle('dim', duration(elapsed(running)))}`;
  };
  const timer = setInterval(draw, 250);
  return {
    show(operation) {
      for (const step of operation.steps) {
        const key = `${operation.attempt} ${step.name}`;
        if (told.has(key) || step.state === 'pending' || step.state === 'running') continue;
        told.add(key);
        spinner.clear();
        output.note(finishedLine(output.noteStyle, operation.kind, step));
      }
      running = operation.steps.find((step) => step.state === 'running');
      draw();
      if (running && !spinner.isSpinning) spinner.start();
      if (!running) spinner.stop();
    },
    end() {
      clearInterval(timer);
      spinner.stop();
    },
  };
}

/**
 * A step that has ended, with how long it took. A step of a rehearsal succeeds whatever it finds, and so carries the mark of
 * what it found.
 */
export function finishedLine(style: Output['style'], kind: OperationKind, step: OperationStep): string {
  const time = style('dim', `(${duration(elapsed(step))})`);
  if (step.state === 'failed') {
    return `${style('red', '✗')} ${label(step)} ${time}${step.error ? `\n  ${printable(step.error)}` : ''}`;
  }
  if (step.state === 'skipped') return `${style('dim', '-')} ${label(step)} ${style('dim', '(skipped)')}`;
  const found =
    kind === 'rehearse' ? REHEARSAL_RESULTS.find((each) => step.detail?.startsWith(`${each}: `)) : undefined;
  return `${markOf(style, found)} ${label(step)} ${time}`;
}

function markOf(style: Output['style'], found: (typeof REHEARSAL_RESULTS)[number] | undefined): string {
  if (found === 'failed') return style('red', '✗');
  return found === 'warning' ? style('yellow', '!') : style('green', '✓');
}

function label(step: OperationStep): string {
  return step.detail ? `${printable(step.name)}: ${printable(step.detail)}` : printable(step.name);
}

function elapsed(step: OperationStep): number {
  if (step.startedAt === null) return 0;
  const end = step.finishedAt === null ? Date.now() : Date.parse(step.finishedAt);
  return end - Date.parse(step.startedAt);
}
