import type { Class } from '../../../client/operations.ts';
import { words } from '../../../shared/class/plan-assumptions.ts';
import type { Colors } from '../../colors.ts';
import { inColumns, onOneLine } from '../../table.ts';
import { localClock } from './local-clock.ts';

const EVENTS = 15;

/** What `class show` prints of a class. */
export function showText(found: Class, color: Colors): string {
  return [
    inColumns(factsOf(found).map(([name, value]) => [`${name}:`, value])),
    nextText(found, color),
    budgetText(found, color),
    eventsText(found, color),
  ]
    .filter((part) => part !== '')
    .join('\n');
}

function factsOf(found: Class): [string, string][] {
  const { leadTime, hoursQuota, idleAfter, stacks, machines, endedAt } = found;
  const optional: [string, string | undefined][] = [
    ['Stacks', stacks && (stacks.length === 0 ? 'none' : stacks.join(', '))],
    ['Machines', machines && `${machines.managers ?? 1} managers, ${machines.workers ?? 0} workers`],
    ['Lead', leadTime && words(leadTime)],
    ['Own hours', hoursQuota && `${words(hoursQuota)} a week`],
    ['Idle', idleAfter && `stopped after ${words(idleAfter)} without use`],
    ['Ended', endedAt],
  ];
  return [
    ['Class', `${found.id} (${found.state})`],
    ['Instructor', found.instructor],
    ['Template', found.template],
    ['Students', String(found.students)],
    ...optional.flatMap(([name, value]): [string, string][] => (value === undefined ? [] : [[name, value]])),
    ['After', `${found.after}, ${words(found.grace)} after each session`],
    ['Time zone', found.timeZone],
  ];
}

function nextText({ next }: Class, color: Colors): string {
  if (next.length === 0) return color.dim('No session is to come\n');
  const rows = next.map(({ local, end, firstLaunch }) => [
    `  ${local}`,
    localClock(end, local),
    localClock(firstLaunch, local),
  ]);
  return `${color.bold('Next sessions')}\n${inColumns([['  START', 'END', 'FIRST LAB'], ...rows])}`;
}

function budgetText({ budget }: Class, color: Colors): string {
  if (budget === undefined) return '';
  const { usd, spent, reckonedAt, told, stopAtSessionEnd } = budget;
  const words = `${(spent ?? 0).toFixed(2)} of ${usd} USD${reckonedAt === undefined ? '' : `, as of ${reckonedAt}`}`;
  const paint = { none: color.green, warned: color.yellow, spent: color.red }[told];
  const note =
    told === 'spent' ? ': nothing is started any more' : told === 'warned' ? ': 80 % is spent' : '';
  const end = stopAtSessionEnd ? 'Labs then live no longer than the session\n' : '';
  return `${color.bold('Budget')}\n  ${paint(`${words}${note}`)}\n${end === '' ? '' : `  ${end}`}`;
}

function eventsText({ events }: Class, color: Colors): string {
  if (events.length === 0) return '';
  const lines = events.slice(-EVENTS).map(({ at, type, message }) => {
    const name = type === 'Message' ? color.bold(color.yellow(type)) : color.cyan(type);
    return `  ${color.dim(at)}  ${name}  ${onOneLine(message)}\n`;
  });
  return `${color.bold('Events')}\n${lines.join('')}`;
}
