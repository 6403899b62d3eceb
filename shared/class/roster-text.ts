import { type InputIssue, SlipwayError } from '../core/errors.ts';
import { refuseRoster } from './roster-entry.ts';

/** Some two thousand bytes a student are more than anybody needs. */
const MOST_BYTES = 2 * 1024 * 1024;
const CURE = 'save it as "CSV UTF-8" and send that';

/**
 * The text of a file that a spreadsheet wrote, without its byte order mark.
 * @throws SlipwayError `too_large` over 2 MiB; `invalid_input` for what is not UTF-8, with its cure.
 */
export function rosterText(bytes: Uint8Array): string {
  if (bytes.length > MOST_BYTES) {
    throw new SlipwayError('too_large', `the roster has ${bytes.length} bytes, and 2 MiB is the most`, {
      facts: { allowedBytes: MOST_BYTES },
    });
  }
  const why = otherFormat(bytes);
  if (why !== undefined) refuseRoster([{ pointer: '', message: `${why}: ${CURE}` }]);
  const text = decoded(bytes);
  if (text === undefined) refuseRoster([notUtf8(bytes)]);
  return text;
}

function otherFormat(bytes: Uint8Array): string | undefined {
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) return 'is in UTF-16';
  // `PK`, with which a zip begins, and so every workbook.
  if (first === 0x50 && second === 0x4b && bytes[2] === 3)
    return 'is a workbook or another zip file, not CSV';
  return bytes.subarray(0, 1024).includes(0) ? 'holds zero bytes, as UTF-16 does' : undefined;
}

function notUtf8(bytes: Uint8Array): InputIssue {
  let line = 1;
  for (let from = 0; from < bytes.length; line += 1) {
    const next = bytes.indexOf(0x0a, from);
    const end = next === -1 ? bytes.length : next + 1;
    if (decoded(bytes.subarray(from, end)) === undefined) break;
    from = end;
  }
  const message = `is not in UTF-8, as its line ${line} shows: ${CURE}`;
  return { pointer: '', message, place: { file: 'roster.csv', line, column: 1 } };
}

function decoded(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
