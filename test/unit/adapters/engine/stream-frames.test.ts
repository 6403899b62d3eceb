import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ProgramOutput } from '../../../../shared/adapters/engine/program-output.ts';
import { StreamFrames } from '../../../../shared/adapters/engine/stream-frames.ts';
import { cutAt, framed } from '../../../support/framed.ts';

const Frames = fc.array(
  fc.tuple(fc.constantFrom('stdout' as const, 'stderr' as const), fc.uint8Array({ maxLength: 300 })),
  { maxLength: 20 },
);
const Cuts = fc.array(fc.nat(), { maxLength: 40 });

function join(frames: [stream: 'stdout' | 'stderr', payload: Uint8Array][]): Buffer {
  return Buffer.concat(frames.map(([stream, payload]) => framed(stream, payload)));
}

describe('frames of an output stream', () => {
  test('come out as they went in, however their bytes are cut', () => {
    fc.assert(
      fc.property(Frames, Cuts, (frames, cuts) => {
        const heard: [string, number[]][] = [];
        const reader = new StreamFrames(1000, (stream, payload) => heard.push([stream, [...payload]]));
        for (const piece of cutAt(join(frames), cuts)) reader.write(piece);
        expect(heard).toEqual(frames.map(([stream, payload]) => [stream, [...payload]]));
      }),
    );
  });

  test('are refused where the bytes are anything else, before more than allowed is held', () => {
    const write = (bytes: Buffer) => new StreamFrames(1000, () => {}).write(bytes);
    expect(() => write(framed('stdout', 'x'.repeat(1000)))).not.toThrow();
    expect(() => write(framed('stdout', 'x'.repeat(1001)).subarray(0, 8))).toThrow(RangeError);
    expect(() => write(Buffer.from('HTTP/1.1 200 OK'))).toThrow(RangeError);
    expect(() => write(Buffer.from([1, 0, 1, 0, 0, 0, 0, 1]))).toThrow(RangeError);
    expect(() => write(Buffer.from([4, 0, 0, 0, 0, 0, 0, 1]))).toThrow(RangeError);
  });
});

describe('a program’s output', () => {
  test('is kept up to its bound, both streams together, and who bounds it is told once', () => {
    fc.assert(
      fc.property(Frames, Cuts, fc.nat({ max: 2000 }), (frames, cuts, maximumBytes) => {
        let full = 0;
        const output = new ProgramOutput(maximumBytes, () => {
          full += 1;
        });
        for (const piece of cutAt(join(frames), cuts)) output.write(piece);
        const said = Buffer.concat(frames.map(([, payload]) => payload));
        expect(full).toBe(said.length > maximumBytes ? 1 : 0);
        let room = maximumBytes;
        const kept = { stdout: Buffer.alloc(0), stderr: Buffer.alloc(0) };
        for (const [stream, payload] of frames) {
          const part = payload.subarray(0, room);
          room -= part.length;
          kept[stream] = Buffer.concat([kept[stream], part]);
        }
        expect(output.text('stdout')).toBe(kept.stdout.toString('utf8'));
        expect(output.text('stderr')).toBe(kept.stderr.toString('utf8'));
      }),
    );
  });
});
