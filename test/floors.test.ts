import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, test } from 'vitest';

/**
 * The house's floors (docs/architecture.md): a file imports from its own room, its own floor in the order named, or
 * below. Every import line of the product is read; a room this table does not know is a failure, not a pass.
 */
const FLOORS: Record<string, number> = {
  'shared/core': 0,
  'shared/lab': 1,
  'shared/class': 1.1,
  'shared/ports': 2,
  'shared/engine': 3.1,
  'shared/stack': 3.2,
  'shared/machine': 3.3,
  'shared/catalogue': 3.4,
  'shared/reconcile': 3.5,
  'shared/service': 3.5,
  'shared/adapters': 4,
  'functions/api': 5,
  functions: 6,
  local: 6,
  infra: 7,
  // What runs at the user's: the API over HTTP, and pure texts.
  client: 0,
  cli: 3.4,
};
/** Kits: what only one floor may import. */
const KITS: { pattern: RegExp; rooms: string[] }[] = [
  { pattern: /^@aws-sdk\//, rooms: ['shared/adapters'] },
  { pattern: /^dynalite$/, rooms: ['shared/adapters'] },
  { pattern: /^node:https?$/, rooms: ['shared/adapters', 'local'] },
  { pattern: /^(aws-cdk-lib|constructs)/, rooms: ['infra'] },
];

interface Import {
  from: string;
  target: string;
  typeOnly: boolean;
}

/** In the API's folder, as each function's handler is in its own, and a composition root nevertheless. */
const API_ROOT = 'functions/api/handler.ts';

function roomOf(file: string): string | undefined {
  if (file === API_ROOT) return 'functions';
  const parts = file.split('/');
  return [parts.slice(0, 2).join('/'), parts[0] ?? ''].find((room) => room in FLOORS);
}

function importsOf(file: string): Import[] {
  const text = readFileSync(file, 'utf8');
  const pattern =
    /^(?:import|export)\s+(type\s)?[^'"]*?from\s+['"]([^'"]+)['"]|^import\s+['"]([^'"]+)['"]|import\(['"]([^'"]+)['"]\)/gm;
  return [...text.matchAll(pattern)].map((match) => {
    const specifier = match[2] ?? match[3] ?? match[4] ?? '';
    const target = specifier.startsWith('.') ? normalize(join(dirname(file), specifier)) : specifier;
    return { from: file, target, typeOnly: match[1] !== undefined };
  });
}

/** @returns why the import breaks the house, or undefined. */
function breach({ from, target, typeOnly }: Import): string | undefined {
  const room = roomOf(from);
  if (room === undefined) return `${from}: no floor is known for it`;
  const kit = KITS.find(({ pattern }) => pattern.test(target));
  if (kit && !kit.rooms.includes(room)) return `${from}: only ${kit.rooms.join(', ')} may import ${target}`;
  if (!/^(shared|functions|local|infra|test|scripts|client|cli)\//.test(target)) return undefined;
  const targetRoom = roomOf(target);
  if (targetRoom === undefined) {
    // Setting up the ground is what `local` does before anything else.
    return room === 'local' && target.startsWith('scripts/')
      ? undefined
      : `${from}: must not import ${target}`;
  }
  if (room === targetRoom) return undefined;
  if (targetRoom === 'shared/adapters' && !(FLOORS[room] === 6)) {
    return room === 'infra' && target.endsWith('/table.ts')
      ? undefined
      : `${from}: only composition roots import adapters, not ${target}`;
  }
  if ((FLOORS[targetRoom] ?? 0) >= (FLOORS[room] ?? 0)) {
    return `${from}: ${targetRoom} is not below ${room} (${target}${typeOnly ? ', even as a type' : ''})`;
  }
  return undefined;
}

const files = ['shared', 'functions', 'local', 'infra', 'client', 'cli']
  .filter((room) => existsSync(room))
  .flatMap((room) => readdirSync(room, { recursive: true, encoding: 'utf8' }).map((name) => join(room, name)))
  .filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'));

describe('the house', () => {
  test('has files to read, and every import line in them keeps to its floor', () => {
    expect(files.length).toBeGreaterThan(10);
    const imports = files.flatMap(importsOf);
    expect(imports.length).toBeGreaterThan(files.length);
    expect(imports.map(breach).filter((reason) => reason !== undefined)).toEqual([]);
  });

  test('calls AbortSignal.any, which loses a deadline by itself, in one place alone', () => {
    const callers = files.filter((file) => readFileSync(file, 'utf8').includes('AbortSignal.any('));
    expect(callers).toEqual(['shared/core/first-abort.ts']);
  });

  test.each([
    ['shared/core/x.ts', 'shared/lab/lab.ts'],
    ['shared/reconcile/x.ts', 'shared/service/create-lab.ts'],
    ['shared/engine/x.ts', 'shared/stack/convert.ts'],
    ['shared/service/x.ts', 'shared/adapters/docker/docker-driver.ts'],
    ['shared/service/x.ts', '@aws-sdk/client-dynamodb'],
    ['shared/lab/x.ts', 'test/support/builders.ts'],
    ['somewhere/x.ts', 'zod'],
    ['client/x.ts', 'shared/core/errors.ts'],
    ['cli/x.ts', 'shared/adapters/docker/docker-driver.ts'],
    ['cli/x.ts', 'shared/service/create-lab.ts'],
    ['shared/machine/x.ts', 'cli/table.ts'],
  ])('refuses that %s imports %s', (from, target) => {
    expect(breach({ from, target, typeOnly: false })).toBeDefined();
  });
});
