import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { createTickHandler } from '../../functions/tick/create-handler.ts';
import type { DynamoTransport } from '../../shared/adapters/dynamo/client.ts';
import { DynamoClassStore } from '../../shared/adapters/dynamo/dynamo-class-store.ts';
import { DynamoLabStore, itemOfLab } from '../../shared/adapters/dynamo/dynamo-lab-store.ts';
import { quietSdk } from '../../shared/core/config.ts';
import { newLabId } from '../../shared/core/ids.ts';
import type { Lab } from '../../shared/lab/lab.ts';
import { aLab, START } from '../support/builders.ts';
import { openEmbedded } from '../support/embedded-stores.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { createWorld } from '../support/world.ts';
import { median } from './median.ts';

/**
 * `npm run bench:tick`: one minute's `tick` over a table with many labs of which a hundred are due, against one with only the
 * hundred: capacity units and time. Both tables are of this process, so that they share whatever else the machine does: in
 * turn, each first every other time, the garbage collected before each; the ratio of times is the median of each round's own.
 * They are dynalite over LevelDB as on one machine, on disk: in memory a hundred thousand labs are half a gigabyte for the
 * garbage collector to walk. `--sample`: a tenth of the labs.
 *
 * dynalite counts what a query of an index read, by the size of the index's own entries, and what a write wrote to the table.
 * It does not count what a write wrote to an index, nor the half unit that DynamoDB takes for a query that finds nothing:
 * both are added here, as docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html and
 * .../read-write-operations.html have them.
 */
const GOAL = 1.2;
const SAMPLE = process.argv.includes('--sample');
const LABS = SAMPLE ? 10_000 : 100_000;
const DUE = 100;
const ROUNDS = SAMPLE ? 7 : 31;
const WARM_UP = SAMPLE ? 2 : 5;
/** Few rounds on two busy cores: the sample only tells that nothing has gone badly wrong. */
const SLACK = SAMPLE ? 1.5 : 1;
const HOUR = 3_600_000;
/** Everything that was handed over is due again by then, and nothing else is ever due. */
const BETWEEN_MILLISECONDS = HOUR;
/** What DynamoDB takes in one call. */
const BATCH = 25;
/** A moved due time takes the old entry out of its index and puts a new one in. */
const INDEX_UNITS_OF_A_MOVE = 2;
const LEAST_UNITS_OF_A_QUERY = 0.5;

interface Units {
  read: number;
  written: number;
}
interface Table {
  labs: number;
  units: Units[];
  milliseconds: number[];
  /** @returns how long it took. */
  tick(): Promise<number>;
  close(): Promise<void>;
}

quietSdk();
setFlagsFromString('--expose_gc');
const collectGarbage = runInNewContext('gc') as () => void;

const folder = await mkdtemp(join(tmpdir(), 'slipway-bench-'));
const began = performance.now();
const tables = [await openTable(DUE), await openTable(LABS)] as const;
const loadedSeconds = (performance.now() - began) / 1000;
for (let round = -WARM_UP; round < ROUNDS; round += 1) {
  for (const table of round % 2 === 0 ? tables : [...tables].reverse()) {
    collectGarbage();
    const took = await table.tick();
    if (round >= 0) table.milliseconds.push(took);
  }
}

const results = tables.map(({ labs, units, milliseconds }) => ({
  labs,
  due: DUE,
  readUnits: median(units.map(({ read }) => read)),
  writeUnits: median(units.map(({ written }) => written)),
  milliseconds: median(milliseconds),
}));
const [few, many] = results as [(typeof results)[number], (typeof results)[number]];
const ratios = {
  readUnits: many.readUnits / few.readUnits,
  units: (many.readUnits + many.writeUnits) / (few.readUnits + few.writeUnits),
  milliseconds: median(
    tables[1].milliseconds.map((took, round) => took / (tables[0].milliseconds[round] ?? 0)),
  ),
};
console.log(
  `one tick of ${DUE} due labs, medians of ${ROUNDS}; loaded in ${loadedSeconds.toFixed(1)} s, dynalite on disk`,
);
console.log('labs in the table   read units   write units       time');
for (const { labs, readUnits, writeUnits, milliseconds } of results) {
  console.log(
    `${String(labs).padStart(17)} ${readUnits.toFixed(1).padStart(12)} ${writeUnits.toFixed(1).padStart(13)} ${milliseconds.toFixed(1).padStart(7)} ms`,
  );
}
const met =
  ratios.readUnits <= GOAL && ratios.units <= GOAL && ratios.milliseconds <= GOAL * SLACK ? 'met' : 'MISSED';
console.log(
  `many to few: ${ratios.readUnits.toFixed(2)} x the read units, ${ratios.units.toFixed(2)} x all units, ${ratios.milliseconds.toFixed(2)} x the time; goal: at most ${GOAL} x each: ${met}`,
);
for (const table of tables) await table.close();
await rm(folder, { recursive: true, force: true });
console.log(JSON.stringify({ bench: 'tick', rounds: ROUNDS, results, ratios, goals: { ratio: GOAL } }));
process.exitCode = met === 'met' ? 0 : 1;

/** A table of so many labs of which the first hundred are due; the others are, like a course's, at any time of months to come. */
async function openTable(labs: number): Promise<Table> {
  const wire = tap();
  const { client, table, close } = await openEmbedded({ path: join(folder, String(labs)), over: wire.over });
  const labStore = new DynamoLabStore(client, table);
  const first = labNumber(0);
  await labStore.create(first);
  const { Item: template } = wire.lastPut();
  for (let from = 1; from < labs; from += BATCH) {
    const count = Math.min(BATCH, labs - from);
    const numbers = Array.from({ length: count }, (_, index) => from + index);
    const puts = numbers.map((index) => ({ PutRequest: { Item: likeFirst(template, first, index) } }));
    await wire.send('BatchWriteItem', { RequestItems: { [table]: puts } });
  }
  const clock = new ManualClock(START);
  const { deps } = createWorld();
  let handed = 0;
  const queue = {
    enqueue: async () => {
      handed += 1;
    },
  };
  const handler = createTickHandler(
    { ...deps, clock, labs: labStore, classes: new DynamoClassStore(client, table), queue },
    { sendSweep: async () => undefined, chores: {}, tell: () => undefined },
  );
  const units: Units[] = [];
  const meter = meterOf(client);
  return {
    labs,
    units,
    milliseconds: [],
    close,
    async tick() {
      clock.advance(BETWEEN_MILLISECONDS / 1000);
      handed = 0;
      meter.reset();
      const from = performance.now();
      await handler({});
      const took = performance.now() - from;
      if (handed !== DUE) throw new Error(`a tick over ${labs} labs handed over ${handed}, not ${DUE}`);
      units.push(meter.read());
      return took;
    },
  };
}

type Wire = Record<string, unknown>;

function labNumber(index: number, like: Lab = aLab()): Lab {
  const dueAt = index < DUE ? START : START + 2_000 * HOUR + index * 60_000;
  return { ...like, id: newLabId(START + index), owner: `student-${index}`, dueAt };
}

/** The first lab's item with another's names and times: to say the same a hundred thousand times by the SDK takes minutes. */
function likeFirst(template: Wire, first: Lab, index: number): Wire {
  const item = { ...template };
  for (const [name, value] of Object.entries(itemOfLab(labNumber(index, first)))) {
    if (typeof value === 'string') item[name] = { S: value };
    if (typeof value === 'number') item[name] = { N: String(value) };
  }
  return item;
}

interface Request {
  headers: Record<string, string>;
  body: string | Uint8Array;
}
interface Answering {
  handle(request: Request): Promise<{ response: { statusCode: number; body: Buffer } }>;
}

/** The store's own wire: what was last put by it, and a way to send what the SDK need not write. */
function tap() {
  let inner: Answering | undefined;
  let put: string | Uint8Array = '';
  async function handle(request: Request) {
    if (inner === undefined) throw new Error('nothing is open');
    if (request.headers['x-amz-target']?.endsWith('.PutItem')) put = request.body;
    return await inner.handle(request);
  }
  return {
    over(transport: DynamoTransport): DynamoTransport {
      inner = transport as unknown as Answering;
      return { ...transport, handle } as DynamoTransport;
    },
    lastPut: () =>
      JSON.parse(typeof put === 'string' ? put : new TextDecoder().decode(put)) as { Item: Wire },
    async send(operation: string, body: unknown): Promise<void> {
      const headers = { 'x-amz-target': `DynamoDB_20120810.${operation}` };
      const { response } = await handle({ headers, body: JSON.stringify(body) });
      if (response.statusCode !== 200) throw new Error(`${operation}: ${response.body}`);
    },
  };
}

/** Asks with every call what it consumed, and sums that up. */
function meterOf(client: DynamoDBDocumentClient): { reset(): void; read(): Units } {
  let units: Units = { read: 0, written: 0 };
  client.middlewareStack.add(
    (next, { commandName = '' }) =>
      async (args) => {
        Object.assign(args.input, { ReturnConsumedCapacity: 'INDEXES' });
        const answer = await next(args);
        const { ConsumedCapacity } = answer.output as { ConsumedCapacity?: { CapacityUnits?: number } };
        if (ConsumedCapacity?.CapacityUnits === undefined) {
          throw new Error(`${commandName} does not tell what it consumed`);
        }
        const { CapacityUnits: consumed } = ConsumedCapacity;
        if (/Query|Get/.test(commandName)) units.read += Math.max(consumed, LEAST_UNITS_OF_A_QUERY);
        else units.written += consumed + INDEX_UNITS_OF_A_MOVE;
        return answer;
      },
    { step: 'initialize' },
  );
  return {
    reset: () => {
      units = { read: 0, written: 0 };
    },
    read: () => units,
  };
}
