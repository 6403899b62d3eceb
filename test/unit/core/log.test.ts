import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createLog } from '../../../shared/core/log.ts';

function lines(level: Parameters<typeof createLog>[0], write: (log: ReturnType<typeof createLog>) => void) {
  const written: string[] = [];
  write(createLog(level, (line) => written.push(line)));
  return written;
}

describe('the log', () => {
  test('writes one JSON line per event, with its level, its time and its words', () => {
    const [line = '', ...more] = lines('info', (log) => log.info({ lab: 'a' }, 'made'));
    expect(more).toEqual([]);
    expect(line.endsWith('}\n')).toBe(true);
    expect(JSON.parse(line)).toEqual({ level: 30, time: expect.stringMatching(/Z$/), lab: 'a', msg: 'made' });
  });

  test('leaves out what is below its level, and all where it is silent', () => {
    const all = (log: ReturnType<typeof createLog>) => {
      log.debug('d');
      log.info('i');
      log.warn('w');
      log.error('e');
    };
    expect(lines('warn', all)).toHaveLength(2);
    expect(lines('silent', all)).toEqual([]);
  });

  test('never writes what a secret’s field holds, however deep it is', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('token', 'authorization', 'key', 'privateKey', 'seed', 'password', 'value', 'data'),
        fc.array(fc.stringMatching(/^[a-z]{1,5}$/), { maxLength: 5 }),
        (field, path) => {
          const secret = path.reduceRight<object>((inner, name) => ({ [name]: inner }), {
            [field]: 'hunter2',
          });
          expect(lines('info', (log) => log.info(secret)).join('')).not.toContain('hunter2');
        },
      ),
    );
  });

  test('writes an error’s words, and survives what has no JSON', () => {
    const circle: Record<string, unknown> = {};
    circle.self = circle;
    const written = lines('info', (log) => {
      log.warn({ error: new TypeError('bad') }, 'hm');
      log.warn(circle, 'round');
      log.warn({ big: 1n }, 'big');
    });
    expect(JSON.parse(written[0] ?? '')).toMatchObject({ error: { name: 'TypeError', message: 'bad' } });
    expect(written[1]).toContain('round');
    expect(written[2]).toContain('big');
  });
});
