import type { Class, ClassSpec, ClassStatus } from '../../shared/class/class.ts';
import type { ClassLab } from '../../shared/class/class-lab.ts';
import type { Student } from '../../shared/class/student.ts';
import { iso } from '../../shared/core/clock.ts';
import { START } from './builders.ts';

const HOUR = 3_600_000;

export type ClassOverrides = Partial<Omit<Class, 'spec' | 'status'>> & {
  spec?: Partial<ClassSpec>;
  status?: Partial<ClassStatus>;
};

/** A class nobody has looked at yet: one session of two hours, on the evening of `START`. */
export function aClass({ spec, status, ...overrides }: ClassOverrides = {}): Class {
  return {
    id: 'docker-2026',
    instructor: 'ines@example.org',
    createdAt: iso(START),
    specVersion: 0,
    statusVersion: 0,
    dueAt: START,
    ...overrides,
    spec: {
      template: 'swarm',
      sessions: [{ start: '2026-03-02T19:00', duration: 'PT2H', weekly: false, except: [] }],
      timeZone: 'Europe/Berlin',
      after: 'delete',
      grace: 'PT15M',
      rosterId: 'first',
      notices: [],
      deleted: false,
      ...spec,
    },
    status: { events: [], ...status },
  };
}

export function aStudent(email: string, overrides: Partial<Student> = {}): Student {
  return { email, addedAt: iso(START), allowFrom: [], ownHours: [], version: 0, ...overrides };
}

/** A class's lab as its reconciler first tells it. */
export function aClassLab(labId: string, overrides: Partial<ClassLab> = {}): ClassLab {
  return {
    labId,
    student: 'ana@example.org',
    purpose: 'session',
    session: iso(START + 6 * HOUR),
    template: 'swarm',
    createdAt: iso(START),
    phase: 'pending',
    percent: 0,
    expiresAt: iso(START + 8.25 * HOUR),
    usage: {
      machineSeconds: {},
      stoppedSeconds: {},
      diskGigabyteSeconds: 0,
      since: iso(START),
      running: {},
      stopped: {},
      diskGigabytes: 0,
    },
    version: 1,
    ...overrides,
  };
}
