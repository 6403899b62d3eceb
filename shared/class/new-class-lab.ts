import { readDuration } from '../core/duration.ts';
import type { Lab } from '../lab/lab.ts';
import type { Layout } from '../lab/lab-layout.ts';
import { newLab } from '../lab/new-lab.ts';
import type { Template } from '../lab/template.ts';
import type { Class, ClassSpec } from './class.ts';
import type { LabPurpose, Student } from './student.ts';

/** A lab of a class's student. Moments are milliseconds since the epoch. */
export interface ClassLabOrder {
  id: string;
  student: Pick<Student, 'email' | 'allowFrom'>;
  /** The class's, in the catalogue. */
  template: Template;
  purpose: LabPurpose;
  /** Start of the session that it is made for, in UTC. */
  session?: string | undefined;
  createdAt: number;
  expiresAt: number;
  hardMaximum: number;
  startsAt?: number | undefined;
  stopsAt?: number | undefined;
  stoppable?: boolean | undefined;
  name?: string | undefined;
  /** Instead of the class's. */
  stacks?: string[] | undefined;
}

/** The record of a lab as its class has them: layout, stacks, idleness, last messages. */
export function newClassLab(found: Pick<Class, 'id' | 'instructor' | 'spec'>, order: ClassLabOrder): Lab {
  const { student, purpose, session, ...rest } = order;
  const { spec } = found;
  return newLab({
    ...rest,
    owner: student.email,
    class: {
      id: found.id,
      instructor: found.instructor,
      purpose,
      ...(session === undefined ? {} : { session }),
    },
    machines: layoutOf(found.spec),
    stacks: order.stacks ?? spec.stacks,
    idleAfterSeconds: spec.idleAfter === undefined ? undefined : readDuration(spec.idleAfter),
    notices: spec.notices,
    allowFrom: student.allowFrom,
  });
}

/** The layout that a class's labs have instead of their template's. */
export function layoutOf({ machines }: Pick<ClassSpec, 'machines'>): Layout | undefined {
  return machines === undefined
    ? undefined
    : { managers: machines.managers ?? 1, workers: machines.workers ?? 0 };
}
