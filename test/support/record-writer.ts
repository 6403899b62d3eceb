/**
 * A process that writes labs to a data directory until it is killed, telling each on its output once it was
 * acknowledged. Arguments: the directory, and a prefix for its ids.
 */
import { DynamoLabStore } from '../../shared/adapters/dynamo/dynamo-lab-store.ts';
import { aLab, START } from './builders.ts';
import { openEmbedded } from './embedded-stores.ts';

const [path = '', prefix = ''] = process.argv.slice(2);
const { client, table } = await openEmbedded({ path });
const store = new DynamoLabStore(client, table);
process.stdout.write('open\n');
for (let number = 0; ; number += 1) {
  const lab = aLab({ id: `${prefix}-${number}` });
  await store.create(lab);
  const dueAt = START + 1 + number;
  await store.saveStatus(lab, lab.status, dueAt);
  process.stdout.write(`${lab.id} ${dueAt}\n`);
}
