import type { Check, Step } from '../step.ts';

/** Runs a command in one of a service's tasks, on the machine where it runs; no double quotes in it. */
export function inTask(service: string, command: string): string {
  const node = `docker service ps --filter desired-state=running --format '{{.Node}}' ${service} | head -n 1`;
  const label = `label=com.docker.swarm.service.name=${service}`;
  return `docker-machine ssh $(${node}) "docker exec \\$(docker ps -q --filter ${label} | head -n 1) ${command}"`;
}

/** Another way to what the routing mesh would have answered: the task is asked by itself. */
export function askTask(service: string, command: string, check: Check, withinSeconds = 30): Step[] {
  return [{ on: 'LINUXtips-01', command: inTask(service, command), mesh: 'missing', withinSeconds, check }];
}

/** A page on a published port: by the mesh where there is one, and by the task itself where not. */
export function askPage(
  service: string,
  page: { published: number; target: number; path?: string; options?: string; post?: string },
  check: Check,
  withinSeconds = 40,
): Step[] {
  const { published, target, path = '/', post } = page;
  const data = post === undefined ? '' : ` --data '${post}'`;
  const header = page.options === undefined ? '' : ` -H '${page.options}'`;
  const wgetData = post === undefined ? '' : ` --post-data '${post}'`;
  const wgetHeader = page.options === undefined ? '' : ` --header '${page.options}'`;
  return [
    {
      command: `curl -sf --max-time 10${header}${data} "$(docker-machine ip LINUXtips-01):${published}${path}"`,
      mesh: 'needed',
      withinSeconds,
      check,
    },
    ...askTask(
      service,
      `timeout 8 wget -qO-${wgetHeader}${wgetData} http://127.0.0.1:${target}${path}`,
      check,
      withinSeconds,
    ),
  ];
}
