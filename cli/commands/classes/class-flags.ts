import { readClassFile, readRosterFile } from '../../class-file.ts';
import { UsageError } from '../../errors.ts';
import { isoDuration } from '../../iso-duration.ts';
import type { Terminal } from '../../terminal.ts';

/** A small class without a file; with one, instead of what it says. */
export const CLASS_FLAGS = {
  name: { value: 'NAME', says: 'What the class is called: lower-case letters, digits and hyphens' },
  template: { value: 'TEMPLATE', says: 'Layout of every lab; "slipway templates" lists them' },
  roster: { value: 'FILE', says: 'CSV with a line of headings: email, and name and group if you like' },
  session: { value: 'START', many: true, says: 'When it meets, local time: 2026-12-01T19:00' },
  duration: { value: 'DURATION', says: 'Of each session: 3h or PT3H' },
  weekly: { says: 'Each week at the same time, with --until' },
  until: { value: 'DAY', says: 'The last day of a weekly session' },
  except: { value: 'DAY', many: true, says: 'A day on which a weekly session is not held' },
  'time-zone': { value: 'ZONE', says: 'Europe/Berlin say; this machine’s if left out' },
  after: { value: 'delete|stop', says: 'What becomes of labs after each session; delete if left out' },
  grace: { value: 'DURATION', says: 'From a session’s end until that; 15m if left out' },
  lead: {
    value: 'DURATION',
    says: 'How long before the bell the last lab is launched; as planned if left out',
  },
  'hours-quota': { value: 'DURATION', says: 'Hours a week of each student’s own, outside sessions' },
  'idle-after': { value: 'DURATION', says: 'A lab that nobody uses for so long is warned, then stopped' },
  budget: { value: 'USD', says: 'What the class may cost; new starts are refused once it is spent' },
  'stop-at-session-end': { says: 'With --budget: no lab lives longer than its session once it is spent' },
  stack: { value: 'STACK', many: true, says: 'Instead of the template’s stacks; "none" for none at all' },
  managers: { value: 'N', says: 'Managers of each lab, in a template that forms a swarm' },
  workers: { value: 'N', says: 'Workers of each lab, in a template that forms a swarm' },
} as const;

type ClassFlags = {
  [Name in keyof typeof CLASS_FLAGS]: (typeof CLASS_FLAGS)[Name] extends { many: true }
    ? string[]
    : (typeof CLASS_FLAGS)[Name] extends { value: string }
      ? string | undefined
      : boolean;
};

/** The request that a class is made with. @throws UsageError for flags; Failure for files. */
export async function readClass(
  terminal: Terminal,
  file: string | undefined,
  flags: ClassFlags,
): Promise<Record<string, unknown>> {
  if (file === undefined) requireFlags(flags);
  const written = file === undefined ? {} : await readClassFile(terminal, file);
  const { name, roster } = flags;
  return {
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    ...written,
    ...partsOf(flags),
    ...defined({ name, roster: roster === undefined ? undefined : await readRosterFile(roster) }),
  };
}

const { name: _, roster: __, ...CHANGE_FLAGS } = CLASS_FLAGS;

export { CHANGE_FLAGS };

/** The request that a class is changed with: its name and its roster are not part of it. */
export async function readChange(
  terminal: Terminal,
  file: string | undefined,
  flags: Omit<ClassFlags, 'name' | 'roster'>,
): Promise<Record<string, unknown>> {
  const { name, roster, ...written } = file === undefined ? {} : await readClassFile(terminal, file);
  const change = { ...written, ...partsOf(flags) };
  if (Object.keys(change).length === 0)
    throw new UsageError('"class change" needs a FILE or what is to change, such as --budget 80');
  return change;
}

function partsOf(flags: Omit<ClassFlags, 'name' | 'roster'>): Record<string, unknown> {
  return defined({
    template: flags.template,
    sessions: sessionsOf(flags),
    timeZone: flags['time-zone'],
    after: flags.after,
    grace: durationFlag(flags.grace),
    leadTime: durationFlag(flags.lead),
    hoursQuota: durationFlag(flags['hours-quota']),
    idleAfter: durationFlag(flags['idle-after']),
    budget: budgetOf(flags),
    stacks: stacksOf(flags.stack),
    machines: machinesOf(flags),
  });
}

const NEEDED = ['name', 'template', 'roster', 'session', 'duration'] as const;

function requireFlags(flags: ClassFlags): void {
  const missing = NEEDED.filter((name) => flags[name] === undefined || flags[name].length === 0);
  if (missing.length === 0) return;
  const names = missing.map((name) => `--${name}`).join(', ');
  throw new UsageError(`a class needs a FILE, or else ${names} too; --help shows both`);
}

function budgetOf(flags: Pick<ClassFlags, 'budget' | 'stop-at-session-end'>): object | null | undefined {
  const { budget, 'stop-at-session-end': stops } = flags;
  if (budget === undefined) {
    if (stops) throw new UsageError('--stop-at-session-end goes with --budget');
    return undefined;
  }
  if (budget === NONE) return null;
  return { usd: numberFlag('--budget', budget), ...(stops && { stopAtSessionEnd: true }) };
}

function sessionsOf({
  session,
  duration,
  weekly,
  until,
  except,
}: Omit<ClassFlags, 'name' | 'roster'>): object[] | undefined {
  if (session.length === 0) {
    if (duration !== undefined || weekly || until !== undefined || except.length > 0)
      throw new UsageError('--duration, --weekly, --until and --except go with --session');
    return undefined;
  }
  if (duration === undefined) throw new UsageError('--session goes with --duration, such as --duration 3h');
  const days = except.flatMap((text) => text.split(','));
  return session.map((start) =>
    defined({
      start: start.replace(' ', 'T'),
      duration: isoDuration(duration),
      weekly: weekly || undefined,
      until,
      except: days.length === 0 ? undefined : days,
    }),
  );
}

/** What takes away what a class can be without. */
const NONE = 'none';

function durationFlag(text: string | undefined): string | null | undefined {
  if (text === NONE) return null;
  return text === undefined ? undefined : isoDuration(text);
}

/** Named one by one, or with commas. */
function stacksOf(given: string[]): string[] | undefined {
  if (given.length === 0) return undefined;
  return given.flatMap((text) => text.split(',')).filter((name) => name !== '' && name !== 'none');
}

function machinesOf({ managers, workers }: Pick<ClassFlags, 'managers' | 'workers'>): object | undefined {
  if (managers === undefined && workers === undefined) return undefined;
  return {
    managers: managers === undefined ? 1 : numberFlag('--managers', managers),
    workers: workers === undefined ? 0 : numberFlag('--workers', workers),
  };
}

function numberFlag(flag: string, text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value))
    throw new UsageError(`${flag} must be a number, and not "${text}"`);
  return value;
}

function defined(record: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined));
}
