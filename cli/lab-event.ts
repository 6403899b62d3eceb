import type { Answer } from '../client/client.ts';

/** One line of a lab's timeline. */
export type LabEvent = Answer<'listEvents'>['items'][number];
