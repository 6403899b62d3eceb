import type { ClassPlan } from '../../../client/operations.ts';
import { type Colors, colorsFor } from '../../colors.ts';
import type { Context } from '../../context.ts';
import { inColumns } from '../../table.ts';
import { localClock } from './local-clock.ts';

type Room = NonNullable<ClassPlan['vcpus']>;

/** The minutes of launches that a line holds. */
const MINUTES_SHOWN = 12;

/** Before something is asked: where the answer is JSON the plan stands beside it. */
export function showPlan({ json, terminal }: Pick<Context, 'json' | 'terminal'>, plan: ClassPlan): void {
  if (json) terminal.err(planText(plan, colorsFor({ ...terminal, live: false })));
  else terminal.out(planText(plan, colorsFor(terminal)));
}

/** A class's plan as its instructor reads it before they agree: what, when, whether there is room, what it costs. */
export function planText(plan: ClassPlan, color: Colors): string {
  const { warnings, assumptions } = plan;
  return [
    inColumns([
      ...labRows(plan),
      ...sessionRows(plan),
      ...waveRows(plan),
      ...roomRows(plan),
      ...priceRows(plan),
    ]),
    ...warnings.map(({ message }) => color.yellow(`warning: ${message}`)).map(line),
    ...assumptions.map((text) => color.dim(`assumed: ${text}`)).map(line),
  ].join('');
}

function labRows({ students, labs }: ClassPlan): string[][] {
  const { total, added, removed, changed, unchanged } = students;
  const isNew = removed + changed + unchanged === 0;
  const diff = isNew
    ? ''
    : `: ${added} added, ${removed} removed, ${changed} changed, ${unchanged} not touched`;
  const of = labs.machines === 1 ? 'one machine each' : `${labs.machines} machines each`;
  return [
    ['Students', `${total}${diff}`],
    ['Labs', `${labs.create} to make, ${labs.keep} kept, ${labs.remove} removed; ${of}`],
  ];
}

function sessionRows({ sessions, next }: ClassPlan): string[][] {
  const rows = next.map(({ localStart, localEnd, launchFrom }, index) => [
    index === 0 ? 'Sessions' : '',
    `${localStart} to ${localEnd.slice(0, 10) === localStart.slice(0, 10) ? localEnd.slice(11) : localEnd}, first lab at ${localClock(launchFrom, localStart)}`,
  ]);
  const more = sessions - next.length;
  if (rows.length === 0) return [['Sessions', 'none is left']];
  return more > 0 ? [...rows, ['', `and ${more} more`]] : rows;
}

function waveRows({ waves, next }: ClassPlan): string[][] {
  if (waves === undefined) return [];
  const { labs, leadSeconds, firstLaunchAt, lastLaunchAt, readyAt, perMinute } = waves;
  const near = next[0]?.localStart ?? readyAt;
  const [first, last, ready] = [firstLaunchAt, lastLaunchAt, readyAt].map((at) => localClock(at, near));
  const shown = perMinute.slice(0, MINUTES_SHOWN).join(', ');
  const rest = perMinute.length > MINUTES_SHOWN ? ', …' : '';
  const minutes = perMinute.length > 1 ? `, by the minute ${shown}${rest}` : '';
  const span = first === last ? `at ${first}` : `from ${first} to ${last}`;
  return [
    ['Waves', `${labs} labs ${span}${minutes}`],
    ['Ready by', `${ready}; the first lab is launched ${timeText(leadSeconds)} before the bell`],
  ];
}

function roomRows({ vcpus, addresses, securityGroups }: ClassPlan): string[][] {
  const rooms: [string, Room | undefined][] = [
    ['vCPU', vcpus],
    ['Addresses', addresses],
    ['Security groups', securityGroups],
  ];
  return rooms.flatMap(([name, room]) => (room === undefined ? [] : [[name, roomText(room)]]));
}

function roomText({ needed, quota, used, missing, admittedLabs }: Room): string {
  const short =
    missing === 0
      ? 'there is room'
      : `${missing} missing: ${admittedLabs} labs get in, the rest wait in order`;
  return `${needed} needed, ${used} of ${quota} used; ${short}`;
}

function priceRows({ price }: ClassPlan): string[][] {
  if (!price.priced) return [['Price', 'none known here: reckoned as 0']];
  const { firstSessionUsd, perWeekUsd, totalUsd, deleteUsd, stopUsd, withOwnHoursUsd, table } = price;
  const of = table === undefined ? '' : ` (${table.region}, prices of ${table.date})`;
  return [
    ['Price', `${usd(firstSessionUsd)} the first session, ${usd(perWeekUsd)} a week`],
    ['', `${usd(totalUsd)} in all${of}`],
    ['', `${usd(deleteUsd)} were labs deleted after each session`],
    ['', `${usd(stopUsd)} were they stopped, their disks included`],
    ...(withOwnHoursUsd === undefined ? [] : [['', `${usd(withOwnHoursUsd)} with all own hours used up`]]),
  ];
}

function usd(amount: number): string {
  return `${amount.toFixed(2)} USD`;
}

/** `23 min 20 s`. */
function timeText(seconds: number): string {
  const whole = Math.round(seconds);
  const parts = [
    [Math.floor(whole / 3600), 'h'],
    [Math.floor((whole % 3600) / 60), 'min'],
    [whole % 60, 's'],
  ] as const;
  const told = parts.filter(([count]) => count > 0).map(([count, unit]) => `${count} ${unit}`);
  return told.length === 0 ? '0 s' : told.join(' ');
}

function line(text: string): string {
  return `${text}\n`;
}
