import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { z } from 'zod';
import { RosterEntry } from '../../class/student.ts';
import { SlipwayError } from '../../core/errors.ts';
import { readRecord } from './record.ts';

const pack = promisify(gzip);
const unpack = promisify(gunzip);

/** An item has at most 400 KB. Rosters as they come are some 20 KB; names of random characters would be more than one item. */
const PART_BYTES = 380_000;
/** More than a thousand of the longest names there may be; what is larger when unpacked was not written by us. */
const MOST_BYTES = 20_000_000;

const Part = z.object({ packed: z.instanceof(Uint8Array), parts: z.number().int().positive() });

/** A roster as the bytes of one item, and of more only where it does not fit. */
export async function packRoster(entries: RosterEntry[]): Promise<Uint8Array[]> {
  const packed = await pack(JSON.stringify(entries));
  return Array.from({ length: Math.ceil(packed.length / PART_BYTES) }, (_, part) =>
    packed.subarray(part * PART_BYTES, (part + 1) * PART_BYTES),
  );
}

/** @param items all of its parts, in order. */
export async function unpackRoster(items: unknown[], what: string): Promise<RosterEntry[]> {
  const parts = items.map((item) => readRecord(Part, item, what));
  if (parts.length !== parts[0]?.parts) {
    throw new SlipwayError(
      'internal',
      `${what} has ${parts.length} of its ${parts[0]?.parts} parts: send it anew`,
    );
  }
  const text = await unpack(Buffer.concat(parts.map(({ packed }) => packed)), {
    maxOutputLength: MOST_BYTES,
  });
  return readRecord(z.array(RosterEntry), JSON.parse(text.toString()), what);
}
