import type { Node, Task } from '../../ports/engine.ts';
import { placementOf } from '../cause-words.ts';
import { namesOf } from '../constraint-words.ts';
import { meetsConstraints, takesTasks } from '../constraints.ts';
import { cpuWords, fits, type Room, reservedBy, roomOn, sizeWords } from '../reservations.ts';
import { type Finding, findingAt } from './finding.ts';
import {
  isWhole,
  type PlannedService,
  type PreflightInput,
  plannedServices,
  tasksWanted,
} from './preflight-input.ts';

interface NodeRoom {
  node: Node;
  room: Room;
}

/**
 * What the services reserve, against what the nodes have that nobody has reserved. The tasks are put where the scheduler
 * would put them at best: each where most memory is free.
 */
export function checkReservations(input: PreflightInput): Finding[] {
  const { swarm } = input;
  if (swarm === undefined) return [];
  const planned = plannedServices(input);
  // What an earlier deploy of these services holds is theirs again.
  const replaced = new Set(
    swarm.services
      .filter(({ Spec }) => planned.some(({ spec }) => spec.Name === Spec.Name))
      .map(({ ID }) => ID),
  );
  const tasks: Task[] = swarm.tasks.filter(({ ServiceID }) => !replaced.has(ServiceID));
  const rooms = swarm.nodes.filter(takesTasks).map((node) => ({ node, room: roomOn(node, tasks) }));
  return planned.flatMap((service) => checkService(input, service, rooms));
}

function checkService(input: PreflightInput, { name, spec }: PlannedService, rooms: NodeRoom[]): Finding[] {
  const wanted = reservedBy(spec.TaskTemplate);
  if (wanted.cpus === 0 && wanted.bytes === 0) return [];
  const { constraints } = placementOf({ Spec: spec });
  const eligible = rooms.filter(({ node }) => meetsConstraints(node, constraints));
  const number = tasksWanted(spec, eligible.length);
  // That no node is eligible is another finding.
  if (eligible.length === 0 || number === 0) return [];
  const path = ['services', name, 'deploy', 'resources', 'reservations'];
  const cure = 'lower the reservation, or remove what holds it';
  if (!eligible.some(({ room }) => fits(wanted, room))) {
    const whole = input.swarm !== undefined && isWhole(input.swarm, input.facts);
    const message = `no node has room for a task of ${name}: it reserves ${wordsOf(wanted)}, and ${freeWords(wanted, eligible)}; ${cure}`;
    return [findingAt(input.read, path, { level: whole ? 'error' : 'warning', code: 'no_room', message })];
  }
  const placed = place(wanted, number, eligible, spec.Mode.Global !== undefined);
  if (placed === number) return [];
  const message = `${placed} of ${number} tasks of ${name} find room: each reserves ${wordsOf(wanted)}, beside what is reserved already; ${cure}`;
  return [findingAt(input.read, path, { level: 'warning', code: 'little_room', message })];
}

/** Takes the room away. @returns how many found a place. */
function place(wanted: Room, number: number, rooms: NodeRoom[], onEach: boolean): number {
  let placed = 0;
  const left = [...rooms];
  while (placed < number) {
    const best = left
      .filter(({ room }) => fits(wanted, room))
      .sort((a, b) => b.room.bytes - a.room.bytes || b.room.cpus - a.room.cpus)[0];
    if (best === undefined) break;
    best.room.cpus -= wanted.cpus;
    best.room.bytes -= wanted.bytes;
    if (onEach) left.splice(left.indexOf(best), 1);
    placed += 1;
  }
  return placed;
}

/** The best that there is, of what is wanted. */
function freeWords(wanted: Room, rooms: NodeRoom[]): string {
  const most = (kind: keyof Room) => [...rooms].sort((a, b) => b.room[kind] - a.room[kind])[0];
  const parts: string[] = [];
  const memory = most('bytes');
  const processors = most('cpus');
  if (wanted.bytes > 0 && memory !== undefined) {
    parts.push(`${sizeWords(Math.max(0, memory.room.bytes))} on ${namesOf([memory.node])}`);
  }
  if (wanted.cpus > 0 && processors !== undefined) {
    parts.push(`${cpuWords(Math.max(0, processors.room.cpus))} on ${namesOf([processors.node])}`);
  }
  return `the most that is free is ${parts.join(' and ')}`;
}

function wordsOf({ cpus, bytes }: Room): string {
  return [cpus > 0 ? cpuWords(cpus) : '', bytes > 0 ? sizeWords(bytes) : '']
    .filter((words) => words !== '')
    .join(' and ');
}
