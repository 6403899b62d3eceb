import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';
import type { PacedApi } from '../aws/ec2/call-limits.ts';
import { FRESH, type PaceState } from '../aws/ec2/pace-clock.ts';
import type { KeptState, Move, Moves, PaceStore, Reservation } from '../aws/ec2/pace-store.ts';
import { DynamoTable, type Item } from './dynamo-table.ts';
import { type ItemKey, labPartition } from './keys.ts';
import { readRecord } from './record.ts';

/** Flat, so that one expression can count in both lines. */
const Pace = z.object({
  version: z.number(),
  at: z.number(),
  factor: z.number(),
  requestsClock: z.number(),
  requestsEnd: z.number(),
  instancesClock: z.number(),
  instancesEnd: z.number(),
});

const Kept = z.object({
  place: z.object({ requests: z.number(), instances: z.number() }),
  units: z.number(),
  promisedAt: z.number(),
});

/** Of a lab whose record is gone nobody takes it away. */
const FORGET_SECONDS = 86_400;

export class DynamoPaceStore implements PaceStore {
  readonly #table: DynamoTable;

  constructor(client: DynamoDBDocumentClient, tableName: string) {
    this.#table = new DynamoTable(client, tableName);
  }

  async load(api: PacedApi): Promise<KeptState> {
    const item = await this.#table.get(paceKey(api));
    if (item !== undefined) return stateOf(item);
    const fresh = { ...paceKey(api), ...attributesOf(FRESH), version: 1 };
    const isFirst = await this.#table.put(fresh, { expression: 'attribute_not_exists(PK)' });
    return isFirst ? { ...FRESH, version: 1 } : stateOf((await this.#table.get(paceKey(api))) ?? fresh);
  }

  async move(api: PacedApi, version: number, { requests, instances }: Moves): Promise<KeptState | undefined> {
    const moves = [
      moveOf('requestsEnd', 'r', requests),
      ...(instances === undefined ? [] : [moveOf('instancesEnd', 'i', instances)]),
    ];
    const written = await this.#table.change(paceKey(api), `SET ${moves.map(({ set }) => set).join(', ')}`, {
      expression: ['version = :version', ...moves.map(({ condition }) => condition)].join(' AND '),
      values: Object.assign({ ':version': version }, ...moves.map(({ values }) => values)),
    });
    return written === undefined ? undefined : stateOf(written);
  }

  async setClocks(api: PacedApi, version: number, state: PaceState): Promise<boolean> {
    const { requestsClock, instancesClock } = attributesOf(state);
    const changes = { at: state.at, factor: state.factor, requestsClock, instancesClock };
    const condition = { expression: 'version = :version', values: { ':version': version } };
    const written = await this.#table.update(paceKey(api), { ...changes, version: version + 1 }, condition);
    return written !== undefined;
  }

  async reservation(labId: string, api: PacedApi): Promise<Reservation | undefined> {
    const item = await this.#table.get(reservationKey(labId, api));
    return item === undefined ? undefined : readRecord(Kept, item, `the turn of lab ${labId} to ${api}`);
  }

  async reserve(labId: string, api: PacedApi, reservation: Reservation): Promise<void> {
    const forgetAtSeconds = Math.ceil(reservation.promisedAt / 1000) + FORGET_SECONDS;
    await this.#table.put({ ...reservationKey(labId, api), ...reservation, forgetAtSeconds });
  }

  async use(labId: string, api: PacedApi, { promisedAt }: Reservation): Promise<boolean> {
    return await this.#table.delete(reservationKey(labId, api), {
      expression: 'promisedAt = :promisedAt',
      values: { ':promisedAt': promisedAt },
    });
  }
}

function paceKey(api: PacedApi): ItemKey {
  return { PK: `PACE#${api}`, SK: 'PACE' };
}

/** Sorts after the lab and its machines, so that no load of a lab reads it; goes with the lab. */
function reservationKey(labId: string, api: PacedApi): ItemKey {
  return { PK: labPartition(labId), SK: `PACE#${api}` };
}

function attributesOf({ at, factor, requests, instances }: PaceState): Omit<z.infer<typeof Pace>, 'version'> {
  return {
    at,
    factor,
    requestsClock: requests.clock,
    requestsEnd: requests.end,
    instancesClock: instances.clock,
    instancesEnd: instances.end,
  };
}

function stateOf(item: Item): KeptState {
  const { version, at, factor, ...lines } = readRecord(Pace, item, 'a pace');
  return {
    version,
    at,
    factor,
    requests: { clock: lines.requestsClock, end: lines.requestsEnd },
    instances: { clock: lines.instancesClock, end: lines.instancesEnd },
  };
}

function moveOf(end: string, mark: string, { clock, step, atMost, isIdle }: Move) {
  const values = { [`:${mark}Clock`]: clock };
  if (isIdle) {
    return {
      set: `${end} = :${mark}New`,
      condition: `${end} < :${mark}Clock`,
      values: { ...values, [`:${mark}New`]: clock + step },
    };
  }
  return {
    set: `${end} = ${end} + :${mark}Step`,
    condition: `${end} >= :${mark}Clock AND ${end} <= :${mark}Most`,
    values: { ...values, [`:${mark}Step`]: step, [`:${mark}Most`]: atMost },
  };
}
