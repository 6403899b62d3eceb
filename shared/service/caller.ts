import { z } from 'zod';
import { ClassName } from '../class/class.ts';

export const Role = z.enum(['student', 'instructor', 'operator']);
export type Role = z.infer<typeof Role>;

/** Whose name a lab is under; kept narrow, because it becomes part of keys, labels and certificates. */
export const Subject = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._@+-]{0,127}$/,
    'must begin with a letter or digit and hold at most 128 letters, digits and . _ @ + -, as a mail address does',
  );

/** Who asks, as a verified token tells. */
export const Caller = z.object({
  subject: Subject,
  role: Role,
  /** The class whose join code the token was given for. */
  classId: ClassName.optional(),
});
export type Caller = z.infer<typeof Caller>;
