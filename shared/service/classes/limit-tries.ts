import { isIPv4, isIPv6 } from 'node:net';
import { isSlipwayError, SlipwayError } from '../../core/errors.ts';
import type { Deps } from '../../ports/deps.ts';

/** How many codes that open nothing an address may try; what opens is given back, because a school is one address. */
const LIMITS = [
  { tries: 10, seconds: 600 },
  { tries: 60, seconds: 86_400 },
] as const;

/**
 * Counts a try of an address before anything is looked at, in all processes, and gives it back unless it was refused for a
 * wrong code. What ends in a crash stays counted.
 * @throws SlipwayError `rate_limited`, telling when to come again.
 */
export async function limitTries<Result>(
  { clock, classes }: Pick<Deps, 'clock' | 'classes'>,
  address: string | undefined,
  act: () => Promise<Result>,
): Promise<Result> {
  const who = networkOf(address);
  const windows = LIMITS.map(({ tries, seconds }) => {
    const start = Math.floor(clock.now() / 1000 / seconds) * seconds;
    return { tries, name: `${seconds}s from ${start}`, endsAt: (start + seconds) * 1000 };
  });
  const giveBack = async () => {
    await Promise.all(windows.map(({ name }) => classes.forgiveTry(who, name)));
  };
  const counts = await Promise.all(windows.map(({ name, endsAt }) => classes.countTry(who, name, endsAt)));
  const full = windows.filter(({ tries }, index) => (counts[index] ?? 0) > tries);
  if (full.length > 0) {
    // It looked at nothing: it is no guess.
    await giveBack();
    throw tooMany(Math.max(...full.map(({ endsAt }) => endsAt)) - clock.now());
  }
  try {
    const result = await act();
    await giveBack();
    return result;
  } catch (error) {
    if (!isSlipwayError(error, 'unauthenticated')) await giveBack();
    throw error;
  }
}

function tooMany(milliseconds: number): SlipwayError {
  const afterSeconds = Math.max(1, Math.ceil(milliseconds / 1000));
  return new SlipwayError(
    'rate_limited',
    `too many codes from your address that open nothing; come again in ${Math.ceil(afterSeconds / 60)} min, with a link that your instructor has just made`,
    { facts: { afterSeconds } },
  );
}

/** Who has one IPv6 address has all of its /64. */
function networkOf(address: string | undefined): string {
  const plain = address?.replace(/^::ffff:/i, '') ?? '';
  if (isIPv4(plain)) return plain;
  if (!isIPv6(plain)) return 'unknown';
  const [head = '', tail] = plain.replace(/%.*$/, '').toLowerCase().split('::');
  const groups = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const missing = tail === undefined ? 0 : 8 - groups.length - after.length;
  const all = [...groups, ...Array<string>(Math.max(0, missing)).fill('0'), ...after];
  return `${all
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')}::/64`;
}
