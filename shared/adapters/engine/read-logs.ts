import { SlipwayError } from '../../core/errors.ts';
import { firstAbort } from '../../core/first-abort.ts';
import type { LogLine, LogOptions } from '../../ports/engine.ts';
import type { EngineHttp } from './engine-http.ts';
import { LogLines } from './log-lines.ts';

/** A manager fetches the lines from each task's node; docker-facts.md knows of no bound of its own. */
const READ_SECONDS = 10;
const MAXIMUM_BYTES = 16 * 1024 * 1024;

/**
 * Lines of a service's or a task's log; the port says how it ends. What has come was handed on already, so nothing of
 * it is lost when this throws: `engine_unreachable` past its deadline, `engine_refused` where the engine could not
 * get all of it (a node that is gone, say).
 */
export async function readLogs(
  http: EngineHttp,
  of: { service: string } | { task: string },
  options: LogOptions,
  onLine: (line: LogLine) => void,
): Promise<void> {
  const { tail, since, follow = false, signal, maximumBytes = MAXIMUM_BYTES } = options;
  const path =
    'service' in of
      ? `/services/${encodeURIComponent(of.service)}/logs`
      : `/tasks/${encodeURIComponent(of.task)}/logs`;
  const deadlineSeconds = options.deadlineSeconds ?? (follow ? undefined : READ_SECONDS);
  const lines = new LogLines(maximumBytes, onLine);
  const flags = { stdout: true, stderr: true, timestamps: true, details: true };
  // A following is over at its caller's word or in its time, and both are its good end.
  const ended = firstAbort(
    [signal],
    follow && deadlineSeconds !== undefined ? { afterMilliseconds: deadlineSeconds * 1000 } : {},
  );
  try {
    await http.bytes({
      path,
      query: { ...flags, follow, tail: tail ?? 'all', since: since?.toFixed(9) },
      ...(follow || deadlineSeconds === undefined ? {} : { deadlineSeconds }),
      maximumBytes,
      signal: ended,
      onBytes: (bytes) => lines.write(bytes),
    });
  } catch (error) {
    if (!ended.aborted) throw error;
  } finally {
    lines.end();
  }
  if (lines.trouble === undefined) return;
  throw new SlipwayError('engine_refused', `Docker Engine ${http.name}: GET ${path}: ${lines.trouble}`, {
    // The status was sent before the lines.
    facts: { status: 200, reason: lines.trouble },
  });
}
