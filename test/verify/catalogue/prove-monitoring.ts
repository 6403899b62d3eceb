import { z } from 'zod';
import { askWeb, eventually, type VerifyLab } from './verify-lab.ts';

const Targets = z.object({
  data: z.object({
    activeTargets: z.array(
      z.object({ labels: z.object({ job: z.string() }), health: z.string(), lastError: z.string() }),
    ),
  }),
});
const Rules = z.object({
  data: z.object({
    groups: z.array(z.object({ rules: z.array(z.object({ name: z.string(), health: z.string() })) })),
  }),
});
const Status = z.object({ config: z.object({ original: z.string() }) });
const Managers = z.object({ data: z.object({ activeAlertmanagers: z.array(z.unknown()) }) });
const DataSources = z.array(z.object({ name: z.string(), type: z.string(), url: z.string() }));
const Dashboards = z.array(z.object({ title: z.string() }));

/** Itself, Alertmanager, and on each of three nodes an exporter and cAdvisor. */
const TARGETS = [
  'alertmanager',
  ...Array(3).fill('cadvisor'),
  ...Array(3).fill('node-exporter'),
  'prometheus',
];
const RULES = ['high_load', 'low_memory', 'service_down'];
/** Names are looked up and pages are asked every 10 s each. */
const SCRAPED_SECONDS = 60;

type Ask = (path: string, as?: string) => () => Promise<string>;

function asking(lab: VerifyLab, service: string, port: number): Ask {
  return (path, as) => () =>
    askWeb(lab, { service, ports: [port, port], path, ...(as === undefined ? {} : { as }) });
}

/** Its targets are up by `tasks.` DNS, its rules are loaded, and it knows Alertmanager. */
export async function provePrometheus(lab: VerifyLab, stack: string): Promise<string> {
  const ask = asking(lab, `${stack}_prometheus`, 9090);
  const isUp = (text: string) => {
    const targets = Targets.parse(JSON.parse(text)).data.activeTargets;
    const up = targets.filter(({ health }) => health === 'up').map(({ labels }) => labels.job);
    return up.sort().join() === TARGETS.join();
  };
  await eventually('targets of Prometheus', SCRAPED_SECONDS, ask('/api/v1/targets?state=active'), isUp);
  const isLoaded = (text: string) => {
    const rules = Rules.parse(JSON.parse(text)).data.groups.flatMap((group) => group.rules);
    const names = rules.filter(({ health }) => health === 'ok').map(({ name }) => name);
    return names.sort().join() === RULES.join();
  };
  await eventually('rules of Prometheus', SCRAPED_SECONDS, ask('/api/v1/rules'), isLoaded);
  const isKnown = (text: string) => Managers.parse(JSON.parse(text)).data.activeAlertmanagers.length === 1;
  await eventually('Alertmanager of Prometheus', SCRAPED_SECONDS, ask('/api/v1/alertmanagers'), isKnown);
  return `${TARGETS.length} targets up`;
}

/** It took its configuration, with the webhook where one was given and with none where not. */
export async function proveAlertmanager(lab: VerifyLab, stack: string, hasWebhook: boolean): Promise<void> {
  const ask = asking(lab, `${stack}_alertmanager`, 9093);
  const isTaken = (text: string) => {
    const { original } = Status.parse(JSON.parse(text)).config;
    return original.includes('webhook_configs') === hasWebhook && original.includes('receiver: ');
  };
  await eventually('the configuration of Alertmanager', SCRAPED_SECONDS, ask('/api/v2/status'), isTaken);
}

/** The password is the course's and no other, and its data source and dashboard are there. */
export async function proveGrafana(lab: VerifyLab, stack: string): Promise<void> {
  const ask = asking(lab, `${stack}_grafana`, 3000);
  const admin = 'admin:giropops';
  const hasSource = (text: string) => {
    const [source] = DataSources.parse(JSON.parse(text));
    return source?.type === 'prometheus' && source.url === 'http://prometheus:9090';
  };
  await eventually('data sources of Grafana', SCRAPED_SECONDS, ask('/api/datasources', admin), hasSource);
  const hasDashboard = (text: string) =>
    Dashboards.parse(JSON.parse(text)).some(({ title }) => title === 'Giropops');
  await eventually('dashboards of Grafana', SCRAPED_SECONDS, ask('/api/search', admin), hasDashboard);
  const other = await ask('/api/datasources', 'admin:admin')().catch((error: Error) => error.message);
  if (!/401/.test(other)) throw new Error(`Grafana takes another password: ${other}`);
}
