import type { Form } from './wire/form.ts';
import { Ec2Refusal } from './wire/refusal.ts';
import type { XmlFields } from './wire/xml.ts';

export interface Page {
  size: number;
  /** Sequence of the last thing on the page before. */
  after: number;
}

/** MaxResults and NextToken; without MaxResults all comes at once, as EC2 does it. */
export function readPage(
  form: Form,
  { least = 5, most = 1000, unsaid = Number.POSITIVE_INFINITY } = {},
): Page {
  const size = form.integer('MaxResults');
  if (size !== undefined && (size < least || size > most)) {
    throw new Ec2Refusal(
      'InvalidParameterValue',
      `Value ( ${size} ) for parameter maxResults is invalid. Expecting a value between ${least} and ${most}.`,
    );
  }
  const token = form.text('NextToken');
  return { size: size ?? unsaid, after: token === undefined ? -1 : sequenceIn(token) };
}

/** EC2 refuses a page of named things. */
export function refusePagedIds(ids: string[], form: Form, what: string): void {
  if (ids.length > 0 && form.text('MaxResults') !== undefined) {
    throw new Ec2Refusal(
      'InvalidParameterCombination',
      `The parameter ${what} cannot be used with the parameter maxResults`,
    );
  }
}

export function cutPage<T extends { sequence: number }>(
  items: Iterable<T>,
  { size, after }: Page,
): { items: T[]; rest: XmlFields } {
  const left = [...items].filter(({ sequence }) => sequence > after);
  left.sort((one, other) => one.sequence - other.sequence);
  if (left.length <= size) return { items: left, rest: {} };
  const page = left.slice(0, size);
  return { items: page, rest: { nextToken: tokenOf(page.at(-1)?.sequence ?? after) } };
}

/** Opaque, and not to be guessed from: clients must hand back what they were given. */
function tokenOf(sequence: number): string {
  return Buffer.from(JSON.stringify({ after: sequence })).toString('base64url');
}

function sequenceIn(token: string): number {
  try {
    const { after } = JSON.parse(Buffer.from(token, 'base64url').toString());
    if (Number.isInteger(after)) return after;
  } catch {
    // Told below, as any other token that was never given out.
  }
  throw new Ec2Refusal('InvalidPaginationToken', 'The provided pagination token is invalid or expired.');
}
