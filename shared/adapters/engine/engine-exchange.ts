import { type Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { SlipwayError } from '../../core/errors.ts';
import { type EngineTarget, nameOf } from './engine-target.ts';

const CONNECT_SECONDS = 3;

export interface Exchange {
  method: string;
  /** With the API version and the query. */
  path: string;
  headers: Record<string, string | number>;
  body: string | Uint8Array | undefined;
  /** For the whole of it, answer read; undefined for a stream that lives until it is told to end. */
  deadlineSeconds: number | undefined;
  signal: AbortSignal | undefined;
}

/**
 * One request and its answer, as `read` takes it. No redirect is followed. Everything that keeps the answer from
 * coming is SlipwayError `engine_unreachable`; what `read` throws as SlipwayError passes.
 */
export function exchange<T>(
  target: EngineTarget,
  agent: Agent,
  wanted: Exchange,
  read: (response: IncomingMessage) => Promise<T>,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const secure = !('socketPath' in target) && target.tls !== undefined;
    const outgoing = (secure ? httpsRequest : httpRequest)({
      ...('socketPath' in target
        ? { socketPath: target.socketPath }
        : { host: target.host, port: target.port }),
      agent,
      method: wanted.method,
      path: wanted.path,
      headers: wanted.headers,
    });
    let answered = false;
    let reason: string | undefined;
    const giveUp = (why: string) => {
      reason ??= why;
      outgoing.destroy(new Error(why));
    };

    const connecting = setTimeout(
      giveUp,
      CONNECT_SECONDS * 1000,
      `no connection within ${CONNECT_SECONDS} s`,
    );
    const { deadlineSeconds } = wanted;
    const deadline =
      deadlineSeconds === undefined
        ? undefined
        : setTimeout(giveUp, deadlineSeconds * 1000, `no answer within ${deadlineSeconds} s`);
    const onAbort = () => giveUp('no longer wanted');
    if (wanted.signal?.aborted) onAbort();
    wanted.signal?.addEventListener('abort', onAbort, { once: true });

    const settle = () => {
      clearTimeout(connecting);
      clearTimeout(deadline);
      wanted.signal?.removeEventListener('abort', onAbort);
    };
    const fail = (error: unknown) => {
      settle();
      if (error instanceof SlipwayError) {
        outgoing.destroy();
        return reject(error);
      }
      dropFreeConnections(agent);
      // A connection that was free may have died unseen: what changes nothing is asked once more, on a fresh one.
      if (reason === undefined && !answered && outgoing.reusedSocket && wanted.method === 'GET') {
        return resolve(exchange(target, agent, wanted, read));
      }
      reject(unreachable(target, wanted, reason ?? (error as Error).message, error));
    };
    outgoing.on('error', fail);
    outgoing.once('socket', (socket) => {
      const connected = () => clearTimeout(connecting);
      if (outgoing.reusedSocket) connected();
      else socket.once(secure ? 'secureConnect' : 'connect', connected);
    });
    outgoing.once('response', (response) => {
      answered = true;
      read(response).then((value) => {
        settle();
        resolve(value);
      }, fail);
    });
    outgoing.end(wanted.body);
  });
}

function dropFreeConnections(agent: Agent): void {
  for (const sockets of Object.values(agent.freeSockets))
    for (const socket of sockets ?? []) socket.destroy();
}

function unreachable(target: EngineTarget, { method, path }: Exchange, why: string, cause: unknown) {
  const asked = `${method} ${path.split('?')[0]}`;
  const code = (cause as NodeJS.ErrnoException).code;
  return new SlipwayError('engine_unreachable', `Docker Engine ${nameOf(target)}: ${asked}: ${why}`, {
    cause,
    facts: code === undefined ? {} : { code },
  });
}
