import { z } from 'zod';
import type { Node, Service, Task } from '../../ports/engine.ts';
import { isWanted, timeOf } from '../../stack/task-places.ts';
import { TaskView as AnyTask, viewTask as viewAnyTask } from '../../stack/view-stack.ts';

/** A task as `docker service ps` shows it. */
export const TaskView = AnyTask.extend({
  name: z.string().describe('Its service and its slot there, web.1; of a global service, its node'),
  service: z.string(),
  image: z.string(),
  nodeId: z.string().optional(),
}).meta({ id: 'Task' });
export type TaskView = z.output<typeof TaskView>;

/** @param service the task's; a removed one's tasks are still there for a while. */
export function viewTask(task: Task, service: Service | undefined, nodes: Node[]): TaskView {
  const { Spec, Slot, NodeID, ServiceID } = task;
  const name = service?.Spec.Name ?? ServiceID;
  return {
    ...viewAnyTask(task, nodes),
    name: `${name}.${Slot ?? NodeID}`,
    service: name,
    image: shortImage((Spec.ContainerSpec as { Image?: string } | undefined)?.Image),
    ...(NodeID === '' ? {} : { nodeId: NodeID }),
  };
}

/** As docker's lists show it, without the digest that a tag was resolved to. */
export function shortImage(image = ''): string {
  return /:[\w.-]+@/.test(image) ? image.slice(0, image.indexOf('@')) : image;
}

/** By service and place, what is wanted before what was, the newest first; unique. */
export function taskOrder(task: Task, serviceName: string): string {
  const { ID, Slot, NodeID } = task;
  const place = Slot === undefined ? NodeID : String(Slot).padStart(6, '0');
  const age = String(9e15 - timeOf(task)).padStart(16, '0');
  return [serviceName, place, isWanted(task) ? '0' : '1', age, ID].join(' ');
}
