import { type Client, createClient } from '../client/client.ts';
import type { Lab } from '../client/operations.ts';
import { firstAbort } from '../shared/core/first-abort.ts';
import { chooseLab } from './current-lab.ts';
import { Failure, NotAllowed } from './errors.ts';
import { exchangeKeptCode } from './join.ts';
import { renewingFetch } from './renewing-fetch.ts';
import { keepLab, keepLogin, readSession, type Session } from './session.ts';
import type { Terminal } from './terminal.ts';

/** What a command works with. */
export interface Context {
  terminal: Terminal;
  /** The name that it answers under: `slipway` or `docker-machine`. */
  program: string;
  /** Was JSON asked for? */
  json: boolean;
  session(): Promise<Session>;
  api(): Promise<Client>;
  /** The current lab, as it is now. @throws Failure where there is none. */
  lab(): Promise<Lab>;
  /** The same; undefined where there is none at all. */
  labIfAny(): Promise<Lab | undefined>;
  /** `--lab`, as it was given. */
  labFlag: string | undefined;
  /** To standard output, with an end of line. */
  print(line: string): void;
  /** To standard error: what is not the answer. */
  note(line: string): void;
  /** The answer, as JSON where that was asked for. */
  answer(value: unknown, text: () => string): void;
}

export function createContext(
  terminal: Terminal,
  { program, lab, json }: { program: string; lab: string | undefined; json: boolean },
): Context {
  let session: Promise<Session> | undefined;
  const known = () => {
    session ??= readSession(terminal);
    return session;
  };
  const context: Context = {
    terminal,
    program,
    json,
    session: known,
    async api() {
      const { server, token, code } = await known();
      if (token === undefined)
        throw new NotAllowed(`no token for ${server}: "slipway login ${server}" first, or set SLIPWAY_TOKEN`);
      // Ctrl-C ends a wait at once.
      const ask: Terminal['fetch'] = (url, init) => {
        const signal = firstAbort([terminal.signal, init.signal ?? undefined]);
        return terminal.fetch(url, { ...init, signal });
      };
      if (code === undefined) return createClient({ server, token, fetch: ask });
      const renew = async () => {
        const next = await exchangeKeptCode({ fetch: ask }, server, code);
        await keepLogin(terminal, server, { token: next, code });
        return next;
      };
      return createClient({ server, token, fetch: renewingFetch(ask, renew) });
    },
    labFlag: lab,
    async lab() {
      const chosen = await context.labIfAny();
      if (chosen === undefined) throw new Failure(`there is no lab; "${program} create" makes one`);
      return chosen;
    },
    async labIfAny() {
      const { server, lastLab } = await known();
      const named = lab ?? (terminal.env.SLIPWAY_LAB?.trim() || undefined);
      const chosen = await chooseLab(await context.api(), { named, last: lastLab });
      if (chosen !== undefined) await keepLab(terminal, server, chosen.id);
      return chosen;
    },
    print: (line) => terminal.out(`${line}\n`),
    note: (line) => terminal.err(`${line}\n`),
    answer(value, text) {
      terminal.out(json ? `${JSON.stringify(value, null, 2)}\n` : text());
    },
  };
  return context;
}
