import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { parse } from 'yaml';
import { readRosterCsv } from '../shared/class/read-roster.ts';
import type { RosterEntry } from '../shared/class/student.ts';
import { SlipwayError } from '../shared/core/errors.ts';
import { Failure } from './errors.ts';
import { durationOf } from './iso-duration.ts';
import type { Terminal } from './terminal.ts';

const DURATIONS = ['leadTime', 'grace', 'hoursQuota', 'idleAfter'];

/**
 * A class as somebody wrote it down, in YAML or JSON, as the API takes it: a roster may be the path of a CSV file beside it,
 * students bare addresses, durations `3h`, a budget an amount. What else is wrong with it is the API's to say.
 * @param file `-` is standard input, and what it refers to is in this folder.
 */
export async function readClassFile(terminal: Terminal, file: string): Promise<Record<string, unknown>> {
  const text = file === '-' ? Buffer.from(await terminal.input()).toString('utf8') : await readText(file);
  const written = readYaml(text, file);
  const { roster, sessions, budget, ...rest } = written;
  const folder = file === '-' ? '.' : dirname(file);
  return {
    ...withIsoDurations(rest, DURATIONS),
    ...('roster' in written && { roster: await rosterOf(roster, folder) }),
    ...('sessions' in written && { sessions: sessionsOf(sessions) }),
    ...('budget' in written && { budget: typeof budget === 'number' ? { usd: budget } : budget }),
  };
}

/** @throws Failure with every line that is wrong. */
export async function readRosterFile(path: string): Promise<RosterEntry[]> {
  const bytes = await readFile(path).catch((error: Error) => {
    throw new Failure(`the roster: ${error.message}`);
  });
  return checkRoster(path, bytes);
}

/** @throws Failure with every line that is wrong. */
export function checkRoster(path: string, bytes: Uint8Array): RosterEntry[] {
  try {
    return readRosterCsv(bytes);
  } catch (error) {
    if (!(error instanceof SlipwayError)) throw error;
    const lines = error.issues.map(({ place, message }) =>
      place === undefined ? `${path}: ${message}` : `${path}:${place.line}:${place.column}: ${message}`,
    );
    throw new Failure(lines.length === 0 ? `${path}: ${error.message}` : lines.join('\n'));
  }
}

async function rosterOf(given: unknown, folder: string): Promise<unknown> {
  if (typeof given === 'string') return await readRosterFile(resolve(folder, given));
  return Array.isArray(given)
    ? given.map((one: unknown) => (typeof one === 'string' ? { email: one } : one))
    : given;
}

function sessionsOf(given: unknown): unknown {
  return Array.isArray(given)
    ? given.map((one: unknown) => (isRecord(one) ? withIsoDurations(one, ['duration']) : one))
    : given;
}

function withIsoDurations(record: Record<string, unknown>, names: string[]): Record<string, unknown> {
  const entries = Object.entries(record).map(([name, value]) => {
    const isShort = names.includes(name) && typeof value === 'string';
    return [name, isShort ? (durationOf(value) ?? value) : value];
  });
  return Object.fromEntries(entries);
}

function readYaml(text: string, file: string): Record<string, unknown> {
  const name = file === '-' ? 'standard input' : file;
  let written: unknown;
  try {
    written = parse(text, { merge: true });
  } catch (error) {
    throw new Failure(`${name}: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (!isRecord(written)) throw new Failure(`${name} must hold a class: name, template, roster, sessions …`);
  return written;
}

async function readText(file: string): Promise<string> {
  return await readFile(file, 'utf8').catch((error: Error) => {
    throw new Failure(error.message);
  });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
