/** One Ctrl-C at a terminal comes to a process by the terminal, by npm and by tsx: those are within this time of each other. */
const INSIST_SECONDS = 2;

/**
 * Aborts at the first SIGINT or SIGTERM, with its name as the reason, so that what was made is tidied up. Whoever insists
 * some seconds later ends the process as it is.
 */
export function interruption(onInterrupt: (name: string) => void = () => undefined): AbortSignal {
  const interrupted = new AbortController();
  let at = 0;
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      if (!interrupted.signal.aborted) {
        at = performance.now();
        interrupted.abort(name);
        onInterrupt(name);
      } else if (performance.now() - at > INSIST_SECONDS * 1000) process.exit(130);
    });
  }
  return interrupted.signal;
}
