import { createHash } from 'node:crypto';
import { sha256 } from '../../core/ids.ts';

/** Where an item is in the table. */
export interface ItemKey {
  PK: string;
  SK: string;
}

/** Shards of the due index: 8 x 1,000 writes a second, and a tick asks 8 questions whatever exists. */
export const DUE_SHARDS = 8;

/** `EVENT#…` sorts before `LAB` and `MACHINE#…`, so that one range holds the lab and its machines, without events. */
export const LAB_SORT_KEY = 'LAB';
/** `~` sorts after every character of a machine's name. */
export const LAST_MACHINE_SORT_KEY = 'MACHINE#~';

export function labPartition(labId: string): string {
  return `LAB#${labId}`;
}

export function labKey(labId: string): ItemKey {
  return { PK: labPartition(labId), SK: LAB_SORT_KEY };
}

export function machineKey(labId: string, machine: string): ItemKey {
  return { PK: labPartition(labId), SK: `MACHINE#${machine}` };
}

/** @param sequence at most ten digits, so that text sorts as numbers do. */
export function eventKey(labId: string, sequence: number): ItemKey {
  return { PK: labPartition(labId), SK: `EVENT#${String(sequence).padStart(10, '0')}` };
}

/** Sorts after the lab and its machines, so that no load of a lab reads it. */
export function stackKey(labId: string, sourceId: string): ItemKey {
  return { PK: labPartition(labId), SK: `STACK#${sourceId}` };
}

/** Sorts after the lab and its machines too. */
export function lookKey(labId: string): ItemKey {
  return { PK: labPartition(labId), SK: 'NEXT-LOOK' };
}

/** The same: there while the reconciler runs over the lab, or over the class of this wake id. */
export function runKey(wakeId: string): ItemKey {
  return { PK: labPartition(wakeId), SK: 'RUN' };
}

export const LAST_EVENT_SORT_KEY = 'EVENT#9999999999';

/** Newest first when read backwards; the id makes it unique, so that a page can end anywhere. */
export function createdKey(createdAt: string, labId: string): string {
  return `${createdAt}#${labId}`;
}

/** Where a lab with this due time stands in the due index. */
export function dueAttributes(labId: string, dueAt: number): { dueShard: string; dueKey: string } {
  return { dueShard: dueShard(shardOf(labId)), dueKey: `${dueMoment(dueAt)}#${labId}` };
}

export function dueShard(shard: number): string {
  return `DUE#${shard}`;
}

/** Milliseconds as text that sorts as numbers do: 16 digits hold every safe integer. */
export function dueMoment(milliseconds: number): string {
  return String(Math.max(0, milliseconds)).padStart(16, '0');
}

function shardOf(labId: string): number {
  return createHash('sha256').update(labId).digest().readUInt32BE(0) % DUE_SHARDS;
}

export function classPartition(classId: string): string {
  return `CLASS#${classId}`;
}

export function classKey(classId: string): ItemKey {
  return { PK: classPartition(classId), SK: 'CLASS' };
}

/** The name in front of `#` keeps what belongs to a class apart: `CLASS`, `LAB#…`, `ROSTER#…`, `STUDENT#…`. */
export function classLabKey(classId: string, labId: string): ItemKey {
  return { PK: classPartition(classId), SK: `LAB#${labId}` };
}

export function rosterKey(classId: string, rosterId: string, part: number): ItemKey {
  return { PK: classPartition(classId), SK: `ROSTER#${rosterId}#${String(part).padStart(2, '0')}` };
}

export function studentKey(classId: string, email: string): ItemKey {
  return { PK: classPartition(classId), SK: `STUDENT#${email}` };
}

/** Under which an instructor's classes are listed; no owner of a lab has a `#` in its name. */
export function instructorPartition(instructor: string): string {
  return `CLASSES#${instructor}`;
}

/** Where a class with this due time stands in the due index: beside the labs, never among them. */
export function classDueAttributes(classId: string, dueAt: number): { dueShard: string; dueKey: string } {
  return { dueShard: CLASSES_DUE, dueKey: `${dueMoment(dueAt)}#${classId}` };
}

/** One shard: a deployment has hundreds of classes, where it has thousands of labs. */
export const CLASSES_DUE = 'DUE-CLASSES';

export function codeKey(hash: string): ItemKey {
  return { PK: `CODE#${hash}`, SK: 'CODE' };
}

export function triesKey(address: string, window: string): ItemKey {
  return { PK: `TRIES#${address}`, SK: window };
}

export function secretPartition(scope: string): string {
  return `SECRET#${scope}`;
}

export function ownerPartition(owner: string): string {
  return `OWNER#${owner}`;
}

export function slotKey(owner: string, slot: number): ItemKey {
  return { PK: ownerPartition(owner), SK: `SLOT#${slot}` };
}

/** The client chooses the key, so it is hashed: a sort key has at most 1,024 bytes. */
export function requestKey(subject: string, key: string): ItemKey {
  return { PK: `IDEMPOTENCY#${subject}`, SK: sha256(key) };
}
