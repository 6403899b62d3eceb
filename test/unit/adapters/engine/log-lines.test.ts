import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LogLines } from '../../../../shared/adapters/engine/log-lines.ts';
import type { LogLine } from '../../../../shared/ports/engine.ts';
import { cutAt, framed } from '../../../support/framed.ts';

const MAXIMUM_BYTES = 1024 * 1024;
/** An engine cuts what a container says into pieces of so many bytes; shorter here. */
const PIECE = 16;
const Cuts = fc.array(fc.nat(), { maxLength: 40 });
const Lines = fc.array(
  fc.record({
    stream: fc.constantFrom('stdout' as const, 'stderr' as const),
    second: fc.integer({ min: 10, max: 59 }),
    task: fc.constantFrom('task1', 'task2'),
    text: fc.oneof(fc.string({ maxLength: 60 }), fc.constantFrom('ünïcödé ✓✓✓✓✓✓✓✓✓✓', '', ' ', 'a=b,c=d e')),
  }),
  { maxLength: 20 },
);
type Said = typeof Lines extends fc.Arbitrary<(infer T)[]> ? T : never;

const at = (second: number) => `2024-05-01T10:00:${second}.000000001Z`;
const details = (task: string) =>
  `com.docker.swarm.node.id=node-of-${task},com.docker.swarm.service.id=s,com.docker.swarm.task.id=${task}`;
const oneLine = (text: string) => text.replaceAll(/[\r\n]/g, '');

/** What an engine makes of a line: pieces, each with its own time and details. */
function messagesOf({ second, task, text }: Said): string[] {
  const characters = [...oneLine(text)];
  const pieces = [''];
  for (const character of characters) {
    if (Buffer.byteLength((pieces.at(-1) ?? '') + character) > PIECE) pieces.push('');
    pieces.push((pieces.pop() ?? '') + character);
  }
  return pieces.map((piece, index) => {
    const end = index === pieces.length - 1 ? '\n' : '';
    return `${at(Math.min(59, second + index))} ${details(task)} ${piece}${end}`;
  });
}

function expected({ stream, second, task, text }: Said): LogLine {
  return { stream, at: at(second), taskId: task, nodeId: `node-of-${task}`, text: oneLine(text) };
}

function read(pieces: Buffer[]): LogLine[] {
  const heard: LogLine[] = [];
  const lines = new LogLines(MAXIMUM_BYTES, (line) => heard.push(line));
  for (const piece of pieces) lines.write(piece);
  lines.end();
  return heard;
}

describe('lines of a log', () => {
  test('come out whole, however their bytes are cut and long lines are pieced', () => {
    fc.assert(
      fc.property(Lines, Cuts, (lines, cuts) => {
        const bytes = Buffer.concat(
          lines.flatMap((line) => messagesOf(line).map((message) => framed(line.stream, message))),
        );
        expect(read(cutAt(bytes, cuts))).toEqual(lines.map(expected));
      }),
    );
  });

  test('come out whole without frames too, as a container with a terminal sends them', () => {
    fc.assert(
      fc.property(Lines, Cuts, (lines, cuts) => {
        const bytes = Buffer.from(lines.flatMap(messagesOf).join('').replaceAll('\n', '\r\n'));
        expect(read(cutAt(bytes, cuts))).toEqual(
          lines.map((line) => ({ ...expected(line), stream: 'stdout' })),
        );
      }),
    );
  });

  test('of two tasks whose pieces come in turn do not mix', () => {
    const piece = (task: string, text: string) => framed('stdout', `${at(10)} ${details(task)} ${text}`);
    const heard = read([
      piece('task1', 'a'),
      piece('task2', 'b'),
      piece('task1', 'A\n'),
      piece('task2', 'B\n'),
    ]);
    expect(heard.map(({ taskId, text }) => [taskId, text])).toEqual([
      ['task1', 'aA'],
      ['task2', 'bB'],
    ]);
  });

  test('that never ended, such as a prompt, are lines once nothing comes any more', () => {
    const prompt = `${at(10)} ${details('task1')} $ `;
    expect(read([framed('stderr', prompt)])).toEqual([
      { stream: 'stderr', at: at(10), taskId: 'task1', nodeId: 'node-of-task1', text: '$ ' },
    ]);
    const next = `${at(11)} ${details('task2')} hello\r\n`;
    expect(read([Buffer.from(prompt + next)]).map(({ taskId, text }) => [taskId, text])).toEqual([
      ['task2', 'hello'],
      ['task1', '$ '],
    ]);
  });

  test('keep what a program says in an engine’s own words', () => {
    const text = `${at(20)} com.docker.swarm.task.id=forged and =,= more`;
    const [line] = read([framed('stdout', `${at(10)} ${details('task1')} ${text}\n`)]);
    expect(line).toMatchObject({ taskId: 'task1', text });
  });

  test('without time or details are lines still', () => {
    expect(read([framed('stdout', 'bare words\nof two lines\n')])).toEqual([
      { stream: 'stdout', at: '', text: 'bare words' },
      { stream: 'stdout', at: '', text: 'of two lines' },
    ]);
    expect(read([Buffer.alloc(0)])).toEqual([]);
  });

  test('that the engine could not get are told apart from what was said', () => {
    const heard: LogLine[] = [];
    const lines = new LogLines(MAXIMUM_BYTES, (line) => heard.push(line));
    lines.write(framed('stdout', `${at(10)} ${details('task1')} said\n`));
    lines.write(framed('error', 'node x is not available\n'));
    lines.end();
    expect(heard.map(({ text }) => text)).toEqual(['said']);
    expect(lines.trouble).toBe('node x is not available');
  });
});
