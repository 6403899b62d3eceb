import { z } from 'zod';
import { isSlipwayError, SlipwayError } from '../../core/errors.ts';
import type { HostProgram, HostProgramResult } from '../../ports/engine.ts';
import type { EngineHttp } from './engine-http.ts';
import { Created, PullMessage } from './engine-objects.ts';
import { HOST_PROGRAM_LABEL, hostContainer, hostImage, newHostProgramName } from './host-container.ts';
import { ProgramOutput } from './program-output.ts';

/** Of each step around the program; it takes a fifth of a second in all. */
const STEP_SECONDS = 10;
/** From the kill to the end of its output. */
const DYING_SECONDS = 5;
/** No program lives so long: one that is older was left by somebody who is gone. */
const ABANDONED_AFTER = '1m';
const ContainerEnded = z.looseObject({ StatusCode: z.number() });

/** Runs a program on the machine itself, by a container that steps out of itself; the port says the rest. */
export async function runHostProgram(http: EngineHttp, program: HostProgram): Promise<HostProgramResult> {
  const name = newHostProgramName();
  try {
    const [tar] = await Promise.all([hostImage(program), removeAbandoned(http)]);
    await importImage(http, name, tar);
    const body = hostContainer(name, program);
    const create = { ...step('/containers/create'), query: { name }, body };
    await http.call({ ...create, schema: Created });
    return await runContainer(http, `/containers/${name}`, program);
  } finally {
    const isThere = await quietly(remove(http, `/containers/${name}`, { force: true, v: true }));
    if (isThere) await quietly(remove(http, `/images/${name}`, { force: true }));
  }
}

async function importImage(http: EngineHttp, repo: string, tar: Uint8Array): Promise<void> {
  await http.stream({
    method: 'POST',
    path: '/images/create',
    query: { fromSrc: '-', repo, tag: 'latest', changes: `LABEL ${HOST_PROGRAM_LABEL}=` },
    body: tar,
    deadlineSeconds: STEP_SECONDS,
    schema: PullMessage,
    onMessage: ({ error, errorDetail }) => {
      const reason = errorDetail?.message || error;
      if (reason === undefined) return;
      const message = `Docker Engine ${http.name}: the image of a program for the host: ${reason}`;
      throw new SlipwayError('engine_refused', message, { facts: { status: 200, reason } });
    },
  });
}

async function runContainer(
  http: EngineHttp,
  container: string,
  { deadlineSeconds, maximumBytes }: HostProgram,
): Promise<HostProgramResult> {
  let ended: HostProgramResult['ended'] = 'by-itself';
  const abandoned = new AbortController();
  let dying: NodeJS.Timeout | undefined;
  const end = (why: HostProgramResult['ended']) => {
    if (ended !== 'by-itself') return;
    ended = why;
    dying = setTimeout(() => abandoned.abort(), DYING_SECONDS * 1000);
    void quietly(http.call({ ...step(`${container}/kill`), schema: z.unknown() }));
  };
  const output = new ProgramOutput(maximumBytes, () => end('too-much-output'));

  const { opened, closed } = attach(http, container, output, abandoned.signal);
  let deadline: NodeJS.Timeout | undefined;
  try {
    await Promise.race([opened, closed]);
    await http.call({ ...step(`${container}/start`), schema: z.unknown() });
    deadline = setTimeout(end, deadlineSeconds * 1000, 'deadline');
    await closed;
    const said = { stdout: output.text('stdout'), stderr: output.text('stderr'), ended };
    if (ended !== 'by-itself') return said;
    const { StatusCode } = await http.call({ ...step(`${container}/wait`), schema: ContainerEnded });
    return { exitCode: StatusCode, ...said };
  } finally {
    clearTimeout(deadline);
    clearTimeout(dying);
    abandoned.abort();
  }
}

/** Attached before its start, or the first words would be lost: nothing keeps them. */
function attach(http: EngineHttp, container: string, output: ProgramOutput, signal: AbortSignal) {
  let onOpen: () => void = () => {};
  const opened = new Promise<void>((resolve) => {
    onOpen = resolve;
  });
  const closed = http
    .bytes({
      method: 'POST',
      path: `${container}/attach`,
      query: { stream: true, stdout: true, stderr: true },
      signal,
      onOpen,
      onBytes: (bytes) => output.write(bytes),
    })
    .catch((error: unknown) => {
      // What it said until then is what there is.
      if (!signal.aborted) throw error;
    });
  return { opened, closed };
}

/** What calls that were cut short left behind, by the engine's own clock. */
async function removeAbandoned(http: EngineHttp): Promise<void> {
  const filters = { label: [HOST_PROGRAM_LABEL], until: [ABANDONED_AFTER] };
  const prune = (what: string, more = {}) =>
    http.call({
      ...step(`/${what}/prune`),
      query: { filters: { ...filters, ...more } },
      schema: z.unknown(),
    });
  const isThere = await quietly(prune('containers'));
  if (isThere) await quietly(prune('images', { dangling: ['false'] }));
}

function step(path: string) {
  return { method: 'POST', path, deadlineSeconds: STEP_SECONDS } as const;
}

function remove(http: EngineHttp, path: string, query: Record<string, boolean>): Promise<unknown> {
  return http.call({ method: 'DELETE', path, query, deadlineSeconds: STEP_SECONDS, schema: z.unknown() });
}

/** What fails here is done at the next call: leftovers carry a label. @returns did the engine answer? */
async function quietly(call: Promise<unknown>): Promise<boolean> {
  try {
    await call;
    return true;
  } catch (error) {
    if (!isSlipwayError(error)) throw error;
    return error.code !== 'engine_unreachable';
  }
}
