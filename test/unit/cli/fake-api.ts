import type { Terminal } from '../../../cli/terminal.ts';
import { type Desk, type DeskOptions, openDesk, SERVER } from './call-command.ts';

/** One request as a plain fake of the API got it. */
export interface Asked {
  /** `POST /v1/classes?plan=true`. */
  line: string;
  body: unknown;
  headers: Headers;
}

type Answer = { status?: number; body: unknown } | Error;
type Answers = Record<string, (asked: Asked, match: RegExpExecArray) => Answer | Promise<Answer>>;

export interface FakeDesk extends Desk {
  asked: Asked[];
  /** Lines alone. */
  lines(): string[];
}

/** A desk against answers by `METHOD /path`, patterns that are tried in their order; a string is a CSV file. */
export async function deskWithAnswers(answers: Answers, options: DeskOptions = {}): Promise<FakeDesk> {
  const asked: Asked[] = [];
  const fetch: Terminal['fetch'] = async (url, init) => {
    if (!url.startsWith(SERVER)) throw new TypeError('fetch failed', { cause: new Error(`no host: ${url}`) });
    const line = `${init.method} ${url.slice(SERVER.length)}`;
    const headers = new Headers(init.headers);
    const one = { line, body: bodyOf(init.body), headers };
    asked.push(one);
    for (const [pattern, answer] of Object.entries(answers)) {
      const match = new RegExp(`^${pattern}$`).exec(line);
      if (match === null) continue;
      const given = await answer(one, match);
      if (given instanceof Error) throw given;
      const { status = 200, body } = given;
      const text = typeof body === 'string' ? body : JSON.stringify(body);
      return new Response(text, { status });
    }
    return new Response(JSON.stringify({ code: 'not_found', detail: `nothing at ${line}` }), { status: 404 });
  };
  const env = { SLIPWAY_SERVER: SERVER, SLIPWAY_TOKEN: 'x', ...options.env };
  const desk = await openDesk(undefined, { ...options, env, fetch });
  return { ...desk, asked, lines: () => asked.map(({ line }) => line) };
}

function bodyOf(body: RequestInit['body']): unknown {
  if (body === null || body === undefined) return undefined;
  if (body instanceof FormData) return Object.fromEntries(body);
  const text = typeof body === 'string' ? body : Buffer.from(body as Uint8Array).toString('utf8');
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
