import { SlipwayError } from '../../../core/errors.ts';

/** The most that EC2 gives at once. */
export const PAGE_SIZE = 1000;
/** A million things: nobody has them, but a token that never ends must. */
const MOST_PAGES = 1000;

/** Reads page after page until there is no more. */
export async function readPages<T>(
  read: (token: string | undefined) => Promise<{ items: T[] | undefined; next: string | undefined }>,
): Promise<T[]> {
  const all: T[] = [];
  let token: string | undefined;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const { items, next } = await read(token);
    all.push(...(items ?? []));
    if (next === undefined || next === '') return all;
    token = next;
  }
  throw new SlipwayError('driver_failed', `amazonec2: a list has no end after ${MOST_PAGES} pages`, {
    retryable: true,
  });
}
