import type { Client } from '../../../client/client.ts';
import type { Lab } from '../../../client/operations.ts';
import { command } from '../../command.ts';
import { Failure } from '../../errors.ts';

type Link = Lab['links'][number];

export const open = command({
  name: 'open',
  takes: ['SERVICE?'],
  flags: {},
  summary: 'Print the link to a service’s page; without a name, all links',
  example: 'slipway open webserver_web',
  async run({ words: [asked] }, context) {
    const api = await context.api();
    const lab = await context.lab();
    if (asked === undefined) {
      context.answer(lab.links, () => lab.links.map(({ label, url }) => `${label}: ${url}\n`).join(''));
      return;
    }
    const link =
      lab.links.find(({ label }) => label.toLowerCase() === asked.toLowerCase()) ??
      (await linkOf(api, lab, asked));
    if (link === undefined) {
      const known = lab.links.map(({ label, url }) => `${label} (${url})`).join(', ');
      throw new Failure(`"${asked}" has no page; there is: ${known === '' ? 'none yet' : known}`);
    }
    context.answer(link, () => `${link.url}\n`);
  },
});

/** The page at one of the service's published ports, or its stack's only one. */
async function linkOf(api: Client, lab: Lab, name: string): Promise<Link | undefined> {
  const service = await api.getService({ lab: lab.id, service: name });
  if (service.stack === undefined) return undefined;
  const { links } = await api.getStack({ lab: lab.id, stack: service.stack });
  const ports = service.ports.flatMap(({ published }) =>
    published === undefined ? [] : [String(published)],
  );
  if (ports.length === 0) return undefined;
  return (
    links.find(({ url }) => ports.includes(new URL(url).port || '80')) ??
    (links.length === 1 ? links[0] : undefined)
  );
}
