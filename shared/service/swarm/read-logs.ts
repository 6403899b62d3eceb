import { isSlipwayError, messageOf } from '../../core/errors.ts';
import type { Engine, LogLine, Service } from '../../ports/engine.ts';
import type { Caller } from '../caller.ts';
import { inOurWords } from './engine-words.ts';
import { findService } from './find-service.ts';
import { LogNames } from './log-names.ts';
import { LogPosition } from './log-position.ts';
import { readMoment } from './log-time.ts';
import { type LogItem, type LogQuery, sinceOf } from './log-view.ts';
import { openSwarm, type SwarmDeps } from './open-swarm.ts';

/** Of one answer; a Lambda's may hold 6 MB. */
const MOST_BYTES = 2 * 1024 * 1024;

/** A service's logs, and how far they have been read. */
export interface OpenLogs {
  engine: Engine;
  service: Service;
  names: LogNames;
  position: LogPosition;
}

export interface LogPage {
  items: LogItem[];
  /** The same as docker prints it. */
  text: string;
  /** What to ask since next. */
  cursor: string;
  /** Why some lines are missing. */
  note?: string;
}

/** @throws SlipwayError `not_found`, `conflict` … as `openSwarm`. */
export async function openLogs(
  deps: SwarmDeps,
  caller: Caller,
  asked: { labId: string; service: string; query: LogQuery },
): Promise<OpenLogs> {
  const { engine } = await openSwarm(deps, caller, asked.labId);
  const service = await inOurWords(findService(engine, asked.service));
  const { since = '' } = asked.query;
  const position = (since === '' ? undefined : sinceOf(since, deps.clock.now())) ?? new LogPosition(0n);
  return { engine, service, names: new LogNames(engine, service), position };
}

/**
 * What a service's tasks have said, by time, a page at a time: the cursor goes on after the last line, whatever was said
 * meanwhile.
 * @param limit of lines.
 */
export async function readLogs(
  { engine, service, names, position }: OpenLogs,
  { tail }: LogQuery,
  limit: number,
): Promise<LogPage> {
  const lines: LogLine[] = [];
  const note = await noteOf(
    lines,
    inOurWords(
      engine.logs(
        { service: service.ID },
        { since: position.sinceSeconds, maximumBytes: MOST_BYTES, ...(tail === undefined ? {} : { tail }) },
        (line) => {
          if (position.isNew(line)) lines.push(line);
        },
      ),
    ),
  );
  const page = inTime(lines).slice(0, limit);
  for (const line of page) position.note(line);
  await names.learn(page);
  return {
    items: page.map(({ at, stream, text, ...line }) => ({
      at,
      stream,
      ...names.speakerOf({ at, stream, text, ...line }),
      text,
    })),
    text: page.map((line) => names.textOf(line)).join(''),
    cursor: position.toString(),
    ...(note === undefined ? {} : { note }),
  };
}

/** A log that is not whole is one all the same: what came is told, and why the rest did not. */
async function noteOf(lines: LogLine[], reading: Promise<void>): Promise<string | undefined> {
  try {
    await reading;
    return undefined;
  } catch (error) {
    const partial = lines.length > 0 && isSlipwayError(error, 'engine_unreachable');
    if (!partial && !isSlipwayError(error, 'engine_refused')) throw error;
    if (/longer than/.test(messageOf(error)))
      return 'there is more than one answer holds: ask with tail, or since';
    return String(error.facts.reason ?? messageOf(error));
  }
}

/** The order of those at one moment stays. */
function inTime(lines: LogLine[]): LogLine[] {
  return lines
    .map((line) => ({ line, at: readMoment(line.at) ?? 0n }))
    .sort((a, b) => (a.at === b.at ? 0 : a.at < b.at ? -1 : 1))
    .map(({ line }) => line);
}
