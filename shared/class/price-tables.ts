import { SlipwayError } from '../core/errors.ts';
import type { PriceTable } from './price-table.ts';

/** On demand, Linux; shared/aws-facts.md, looked up at aws.amazon.com/ec2/pricing and /ebs/pricing, without traffic. */
const US_EAST_1: PriceTable = {
  region: 'us-east-1',
  date: '2026-11-21',
  machineHour: {
    't3.micro': 0.0104,
    't3.small': 0.0208,
    't3.medium': 0.0416,
    't3a.small': 0.0188,
    't3a.medium': 0.0376,
    't4g.micro': 0.0084,
    't4g.small': 0.0168,
    't4g.medium': 0.0336,
  },
  addressHour: 0.005,
  diskGigabyteMonth: 0.08,
};
const TABLES: ReadonlyMap<string, PriceTable> = new Map([[US_EAST_1.region, US_EAST_1]]);

const TYPE = /^[a-z][a-z0-9-]*\.[a-z0-9-]+$/;
const MANNER = 'such as t3.small=0.0208,address=0.005,disk=0.08,date=2026-11-21';

/**
 * What things cost in a region. Only us-east-1's prices are in the repository: another region has none, and nothing is then
 * priced, unless `overrides` gives them; its addresses and disks are us-east-1's where they are not given.
 * @param overrides `type=price,…` in USD an hour; `address` is an hour of a public IPv4 address, `disk` a gigabyte for a
 *   month, `date` the day of these prices, which is shown with every price.
 * @throws SlipwayError `invalid_input` naming every part that cannot be read.
 */
export function priceTableOf(region: string, overrides?: string): PriceTable | undefined {
  const known = TABLES.get(region);
  if (overrides === undefined || overrides.trim() === '') return known;
  const base = known ?? { ...US_EAST_1, region, machineHour: {} };
  const table = { ...base, machineHour: { ...base.machineHour } };
  const wrong: string[] = [];
  for (const part of overrides.split(',').map((text) => text.trim())) {
    if (part !== '' && !takes(table, part)) wrong.push(part.slice(0, 60));
  }
  if (wrong.length === 0) return table;
  throw new SlipwayError(
    'invalid_input',
    `prices that cannot be read: ${wrong.join(' ')}; write them ${MANNER}`,
  );
}

/** Is it a day of the calendar, as ISO 8601 writes it? */
function isDay(text: string): boolean {
  const at = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(`${text}T`);
}

function takes(table: PriceTable, part: string): boolean {
  const [key = '', value = '', ...rest] = part.split('=').map((text) => text.trim());
  if (rest.length > 0) return false;
  if (key === 'date') {
    table.date = value;
    return isDay(value);
  }
  if (!/^\d+(\.\d+)?$/.test(value)) return false;
  const usd = Number(value);
  if (key === 'address') table.addressHour = usd;
  else if (key === 'disk') table.diskGigabyteMonth = usd;
  else if (TYPE.test(key)) table.machineHour[key] = usd;
  else return false;
  return true;
}
