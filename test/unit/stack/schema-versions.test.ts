import { describe, expect, test } from 'vitest';
import { composeOnly } from '../../../shared/lab/stack-source.ts';
import { checkVersion } from '../../../shared/stack/compose/check-version.ts';
import { readCompose } from '../../../shared/stack/compose/read-compose.ts';
import { EXTENSIONS_SINCE, KEY_SINCE } from '../../../shared/stack/compose/schema-versions.ts';

/** A file of that version with one thing at that path. */
function fileWith(version: string, path: string[]): Record<string, unknown> {
  const inner = path.reduceRight<unknown>((value, part) => {
    if (part === '{}') return { source: 'x' };
    return part === '[]' ? [value] : { [part === '*' ? 'any' : part]: value };
  }, 'x');
  return { version, ...(inner as object) };
}

/** Tried against the real docker command, each at each version, when the table was made. */
describe('the version that a file says', () => {
  test.each(KEY_SINCE)('%s is there since 3.%i, and refused before', (path, since) => {
    const parts = path.split('.');
    expect(checkVersion(fileWith(`3.${since}`, parts))).toEqual([]);
    expect(checkVersion(fileWith('3.13', parts))).toEqual([]);
    expect(checkVersion(fileWith('3', parts))).toEqual([]);
    const issues = checkVersion(fileWith(`3.${since - 1}`, parts));
    expect(issues).toContainEqual({
      path: expect.anything(),
      message: expect.stringContaining(`since version 3.${since}, and the file says 3.${since - 1}`),
    });
  });

  test.each(EXTENSIONS_SINCE)('x- keys in "%s" are there since 3.%i', (path, since) => {
    const parts = [...path.split('.').filter((part) => part !== ''), 'x-note'];
    expect(checkVersion(fileWith(`3.${since}`, parts))).toEqual([]);
    expect(checkVersion(fileWith(`3.${since - 1}`, parts))).not.toEqual([]);
  });

  test('decides what build may hold, and whether volumes may be there twice', () => {
    expect(checkVersion(fileWith('3.10', ['services', '*', 'build', 'secrets']))).toHaveLength(1);
    expect(checkVersion(fileWith('3.11', ['services', '*', 'build', 'secrets']))).toEqual([]);
    const twice = { services: { a: { volumes: ['/x', '/x'] } } };
    expect(checkVersion({ version: '3.1', ...twice })).toHaveLength(1);
    expect(checkVersion({ version: '3.2', ...twice })).toEqual([]);
  });

  test.each(['', 'version: "3"', 'version: ""', 'version: "3.13"'])('%j is the newest', (version) => {
    const text = `${version}\nservices: { a: { image: b, oom_score_adj: 5 } }`;
    expect(readCompose(composeOnly(text)).file.services.a?.oom_score_adj).toBe(5);
  });
});
