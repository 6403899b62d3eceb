import { proveAlertmanager, proveGrafana, provePrometheus } from './prove-monitoring.ts';
import { askWeb, eventually, inTask, type VerifyLab } from './verify-lab.ts';

/** One stack's way: deployed from the catalogue, proved, deployed again with one service changed, removed. */
export interface Scenario {
  /** In the catalogue. */
  from: string;
  /** In the swarm. */
  name: string;
  parameters?: Record<string, string>;
  /** The service that the second deploy changes. */
  changes: string;
  /** Another stack of the catalogue, deployed first under the same name: `from` is then an update of it in place. */
  over?: string;
  /** That it does what it is for. @throws with the reason where it does not. @returns what was seen, in words. */
  prove(lab: VerifyLab): Promise<string>;
}

/** A task may wait 30 s for its network (decision 15). */
const SOON_SECONDS = 60;

function page(service: string, ports: [number, number], path: string, words: RegExp) {
  return async (lab: VerifyLab): Promise<string> => {
    const ask = () => askWeb(lab, { service, ports, path });
    await eventually(`the page of ${service}`, SOON_SECONDS, ask, (text) => words.test(text));
    return `${service} answers`;
  };
}

/** A vote by the page of vote goes by redis and a worker into postgres, and from there into the page of results. */
function vote(stack: string, votePort: number, resultPort: number) {
  return async (lab: VerifyLab): Promise<string> => {
    const rows = () =>
      inTask(lab, `${stack}_db`, 'psql', '-U', 'postgres', '-At', '-c', 'SELECT count(*) FROM votes');
    // The worker makes the table once it has found its database.
    await eventually('the table of votes', SOON_SECONDS, rows, (count) => count === '0');
    const page = { service: `${stack}_vote`, ports: [80, votePort] as [number, number], path: '/' };
    // A task's address reaches the other nodes by gossip, a moment after the task runs.
    const post = () => askWeb(lab, { ...page, form: 'vote=a' });
    await eventually('the vote posted', SOON_SECONDS, post, () => true);
    const posted = performance.now();
    await eventually('the vote in postgres', SOON_SECONDS, rows, (count) => count === '1');
    const seconds = ((performance.now() - posted) / 1000).toFixed(1);
    await askWeb(lab, { service: `${stack}_result`, ports: [80, resultPort], path: '/' });
    return `a vote was in postgres after ${seconds} s`;
  };
}

async function proveWordpress(lab: VerifyLab): Promise<string> {
  const ask = () => askWeb(lab, { service: 'wordpress_wordpress', ports: [80, 8000], path: '/' });
  await eventually('wordpress with its database', 60, ask, (text) => /wordpress/i.test(text));
  return 'wordpress found its database';
}

async function proveBooks(lab: VerifyLab): Promise<string> {
  const ask = (path: string) => () =>
    askWeb(lab, { service: 'alura-books_alurabooks', ports: [3000, 8080], path });
  await eventually('the seed', SOON_SECONDS, ask('/seed'), () => true);
  await eventually('the books', SOON_SECONDS, ask('/'), (text) => /docker|livro|book/i.test(text));
  return 'books came out of meu-mongo';
}

async function proveEmails(lab: VerifyLab): Promise<string> {
  const web = { service: 'email-workers_web', ports: [80, 80] as [number, number], path: '/api' };
  await eventually(
    'the list of e-mails',
    60,
    () => askWeb(lab, web),
    (text) => text.trim() === '[]',
  );
  await askWeb(lab, { ...web, form: 'subject=hello&message=there' });
  const isSent = (text: string) => /"subject": "hello", "sent_by": "[^"]+"/.test(text);
  await eventually('the e-mail sent', SOON_SECONDS, () => askWeb(lab, web), isSent);
  return 'an e-mail went by queue and worker';
}

async function proveChat(lab: VerifyLab): Promise<string> {
  const seen = await proveMonitoring('giropops-monitoring', true)(lab);
  const ask = () =>
    askWeb(lab, { service: 'giropops-monitoring_rocketchat', ports: [3080, 3080], path: '/api/info' });
  await eventually('Rocket.Chat', 240, ask, (text) => /"success": ?true/.test(text));
  return `${seen}; Rocket.Chat found its replica set`;
}

function proveMonitoring(stack: string, hasWebhook: boolean) {
  return async (lab: VerifyLab): Promise<string> => {
    const targets = await provePrometheus(lab, stack);
    await proveAlertmanager(lab, stack, hasWebhook);
    await proveGrafana(lab, stack);
    return `${targets}, rules, alerts ${hasWebhook ? 'to the webhook' : 'kept'}, Grafana provisioned`;
  };
}

/** Every stack of the catalogue. */
export const scenarios: Scenario[] = [
  {
    from: 'visualizer',
    name: 'primeiro',
    over: 'webserver',
    changes: 'visualizer',
    prove: page('primeiro_visualizer', [8080, 8888], '/', /visualizer/i),
  },
  { from: 'voting-app', name: 'voting-app', changes: 'result', prove: vote('voting-app', 8080, 8081) },
  {
    from: 'voting-app-classic',
    name: 'quarto',
    changes: 'result',
    prove: vote('quarto', 5000, 5001),
  },
  { from: 'wordpress', name: 'wordpress', changes: 'wordpress', prove: proveWordpress },
  { from: 'alura-books', name: 'alura-books', changes: 'alurabooks', prove: proveBooks },
  {
    from: 'static-site',
    name: 'static-site',
    parameters: { AUTHOR: 'Ana' },
    changes: 'site',
    prove: page('static-site_site', [80, 8080], '/', /Ana/),
  },
  {
    from: 'registry',
    name: 'registry',
    changes: 'registry',
    prove: page('registry_registry', [5000, 5000], '/v2/_catalog', /"repositories"/),
  },
  { from: 'email-workers', name: 'email-workers', changes: 'worker', prove: proveEmails },
  {
    from: 'giropops-lite',
    name: 'giropops-lite',
    changes: 'grafana',
    prove: proveMonitoring('giropops-lite', false),
  },
  {
    from: 'giropops-monitoring',
    name: 'giropops-monitoring',
    parameters: { INCOMING_WEBHOOK: 'http://hooks.example/giropops' },
    changes: 'cadvisor',
    prove: proveChat,
  },
];
