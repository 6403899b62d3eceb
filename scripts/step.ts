export type Say = (line: string) => void;

const quickMilliseconds = 300;
const progressMilliseconds = 8000;

/**
 * Does one step of the set-up and says it: a line when it ends, with how long it took; where it takes longer
 * than a blink also one when it begins, and its progress now and then.
 */
export async function step<T>(
  say: Say,
  name: string,
  work: (progress: (text: string) => void) => Promise<T>,
): Promise<T> {
  const started = performance.now();
  let latest = '';
  const seconds = () => `${((performance.now() - started) / 1000).toFixed(1)} s`;
  const begin = setTimeout(() => say(`${name} …`), quickMilliseconds);
  const progress = setInterval(
    () => say(`${name} … ${seconds()} so far${latest ? `: ${latest}` : ''}`),
    progressMilliseconds,
  );
  try {
    const result = await work((text) => {
      latest = text.slice(0, 70);
    });
    say(`${name} … ${seconds()}`);
    return result;
  } catch (error) {
    say(`${name} … failed after ${seconds()}`);
    throw error;
  } finally {
    clearTimeout(begin);
    clearInterval(progress);
  }
}
