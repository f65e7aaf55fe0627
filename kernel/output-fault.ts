/** A pipe whose reader ended, and a terminal that was closed. */
const READER_GONE = new Set(['EPIPE', 'EIO', 'ECONNRESET']);

export type OutputFault = { stream: 'stdout' | 'stderr'; error: NodeJS.ErrnoException; readerGone: boolean };

/** Replaces what happens when stdout or stderr takes no more. Without it Node ends the process with a stack trace. */
export function onOutputFault(act: (fault: OutputFault) => void): void {
  for (const stream of ['stdout', 'stderr'] as const) {
    process[stream].removeAllListeners('error');
    process[stream].on('error', (error: NodeJS.ErrnoException) => {
      act({ stream, error, readerGone: READER_GONE.has(error.code ?? '') });
    });
  }
}
