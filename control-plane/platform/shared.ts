/**
 * One answer for everybody who asks at the same time, and for `forMs` after it came. A fault is told to those who waited
 * for it, and not kept.
 */
export function shared<T>(ask: () => Promise<T>, forMs: number): () => Promise<T> {
  let answer: Promise<T> | undefined;
  let until = Number.POSITIVE_INFINITY;
  return () => {
    if (answer && performance.now() < until) return answer;
    until = Number.POSITIVE_INFINITY;
    const asked = ask();
    answer = asked;
    asked.then(
      () => {
        until = performance.now() + forMs;
      },
      () => {
        answer = undefined;
      },
    );
    return asked;
  };
}
