import type { Class, ClassSpec } from '../../shared/class/class.ts';
import type { ClassLab } from '../../shared/class/class-lab.ts';
import type { Student } from '../../shared/class/student.ts';
import { iso } from '../../shared/core/clock.ts';
import type { Lab } from '../../shared/lab/lab.ts';
import { issueToken } from '../../shared/service/tokens.ts';
import { type LabOverrides, START } from './builders.ts';
import { type Answer, type Asking, createWorld, type World } from './world.ts';

/** START is a Monday at noon in UTC; the class meets that day and the next Mondays from 22:00 to 24:00 UTC. */
export const BELL = START + 10 * 3_600_000;
export const END = BELL + 2 * 3_600_000;
/** A quarter of an hour after a session its labs go. */
export const GRACE_END = END + 15 * 60_000;
/** START's own session, as records name it. */
export const SESSION = iso(BELL);

export interface ClassWorld {
  world: World;
  found: Class;
  /** Asks as the class's instructor, under `/v1/classes/docker`. */
  teach(method: string, path: string, more?: Asking): Promise<Answer>;
  /** Asks as a student who joined, at any path. */
  study(email: string, method: string, path: string, more?: Asking): Promise<Answer>;
  /** Puts a ready lab of the class's template in a student's hands. */
  give(email: string, overrides?: LabOverrides & { purpose?: Student['lab'] }): Promise<Lab>;
  /** What a lab's reconciler would have told of it. */
  tell(labId: string, student: string, more?: Partial<ClassLab>): Promise<ClassLab>;
  student(email: string): Promise<Student>;
  lab(labId: string): Promise<Lab>;
}

let made = 0;

/** A class of the given students, over working fakes; their items are made, as the class's reconciler makes them. */
export async function createClassWorld({
  emails = ['ana@example.org', 'bob@example.org', 'cid@example.org'],
  spec = {},
  status = {},
  world = createWorld(),
}: {
  emails?: string[];
  spec?: Partial<ClassSpec>;
  status?: Partial<Class['status']>;
  world?: World;
} = {}): Promise<ClassWorld> {
  const { classes, labs, clock } = world.deps;
  const found: Class = {
    id: 'docker',
    instructor: 'ines',
    createdAt: iso(START),
    spec: {
      template: 'swarm',
      sessions: [
        { start: '2026-03-02T19:00', duration: 'PT2H', weekly: true, until: '2026-03-30', except: [] },
      ],
      timeZone: 'America/Sao_Paulo',
      after: 'delete',
      grace: 'PT15M',
      rosterId: 'roster-1',
      notices: [],
      deleted: false,
      ...spec,
    },
    specVersion: 0,
    status: { rosterId: 'roster-1', events: [], ...status },
    statusVersion: 0,
    dueAt: START,
  };
  await classes.create(found);
  await classes.putRoster(
    'docker',
    'roster-1',
    emails.map((email) => ({ email })),
  );
  for (const email of emails) {
    const fresh = { email, addedAt: iso(START), allowFrom: ['192.0.2.9/32'], ownHours: [], version: 0 };
    await classes.saveStudent('docker', fresh);
  }
  const student = async (email: string) => {
    const one = await classes.student('docker', email);
    if (one === undefined) throw new Error(`no student ${email}`);
    return one;
  };
  return {
    world,
    found,
    student,
    teach: (method, path, more = {}) =>
      world.ask(method, `/v1/classes/docker${path}`, { as: 'instructor', subject: 'ines', ...more }),
    async study(email, method, path, more = {}) {
      const request = { role: 'student' as const, subject: email, classId: 'docker', expiresInSeconds: 3600 };
      const { token } = await issueToken(world.deps, request);
      const headers = { ...more.headers, Authorization: `Bearer ${token}` };
      return await world.ask(method, path, { ...more, headers });
    },
    async give(email, { purpose, ...overrides } = {}) {
      made += 1;
      const id = `01kjq7a1${String(made).padStart(18, '0')}`;
      const pointer = purpose ?? { id, purpose: 'session', session: SESSION, replacement: 0 };
      const held = pointer.session === undefined ? {} : { session: pointer.session };
      const lab = await world.keep({
        id,
        owner: email,
        class: { id: 'docker', instructor: 'ines', purpose: pointer.purpose, ...held },
        ...overrides,
        spec: { expiresAt: iso(GRACE_END), ...overrides.spec },
      });
      await classes.saveStudent('docker', { ...(await student(email)), lab: { ...pointer, id } });
      return lab;
    },
    async tell(labId, email, more = {}) {
      const told: ClassLab = {
        labId,
        student: email,
        purpose: 'session',
        session: SESSION,
        template: 'swarm',
        createdAt: iso(START),
        phase: 'ready',
        percent: 100,
        expiresAt: iso(GRACE_END),
        usage: {
          machineSeconds: {},
          stoppedSeconds: {},
          diskGigabyteSeconds: 0,
          since: iso(clock.now()),
          running: { 't3.small': 3 },
          stopped: {},
          diskGigabytes: 24,
        },
        version: 1,
        ...more,
      };
      await classes.saveLab('docker', told);
      return told;
    },
    async lab(labId) {
      const one = await labs.load(labId);
      if (one === undefined) throw new Error(`no lab ${labId}`);
      return one.lab;
    },
  };
}
