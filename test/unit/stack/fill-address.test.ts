import { expect, test } from 'vitest';
import { loadCatalogue } from '../../../shared/catalogue/load-catalogue.ts';
import { composeOnly, type StackSource } from '../../../shared/lab/stack-source.ts';
import { readCompose } from '../../../shared/stack/compose/read-compose.ts';
import { convertStack } from '../../../shared/stack/convert/convert-stack.ts';
import { fillAddress } from '../../../shared/stack/fill-address.ts';
import { filledSource } from '../../support/filled-source.ts';

const base64 = (text: string | Buffer) => Buffer.from(text).toString('base64');
const filled = (source: StackSource, address: string) =>
  fillAddress(convertStack('shop', readCompose(source)), address);
const CONFIGS =
  'services: { web: { image: a, configs: [one, two] } }\nconfigs: { one: { file: f1 }, two: { file: f2 } }';

test('the address comes into every text and the text files, wherever its place is', () => {
  const source = {
    ...composeOnly(
      CONFIGS.replace(
        'image: a',
        'image: a, command: ["http://{{address}}:3080", "{{address}} {{.Node.ID}}"]',
      ),
    ),
    files: { f1: base64('at: {{address}}\nname: ação'), f2: base64('{{ address }}') },
  };
  const { services, configs } = filled(source, '100.64.0.2');
  expect(services[0]?.TaskTemplate.ContainerSpec).toMatchObject({
    Args: ['http://100.64.0.2:3080', '100.64.0.2 {{.Node.ID}}'],
  });
  expect(configs.map(({ Data }) => Data)).toEqual([
    base64('at: 100.64.0.2\nname: ação'),
    base64('{{ address }}'),
  ]);
});

test('a file that is no text stays as it is, byte for byte', () => {
  const withNul = base64(Buffer.from('\0{{address}}'));
  const notUtf8 = base64(Buffer.concat([Buffer.from([0xff]), Buffer.from('{{address}}')]));
  const source = { ...composeOnly(CONFIGS), files: { f1: withNul, f2: notUtf8 } };
  expect(filled(source, '100.64.0.2').configs.map(({ Data }) => Data)).toEqual([withNul, notUtf8]);
});

test('what an address holds is put in as it is', () => {
  const source = composeOnly('services: { web: { image: a, hostname: "{{address}}" } }');
  expect(filled(source, "$&$'").services[0]?.TaskTemplate.ContainerSpec).toMatchObject({ Hostname: "$&$'" });
});

test('a stack of the catalogue that is read and then filled is the one that is filled and then read', async () => {
  const { stacks } = await loadCatalogue();
  const withPlace = [...stacks.values()].filter(({ source }) =>
    JSON.stringify(source).includes('{{address}}'),
  );
  expect(withPlace.length).toBeGreaterThan(1);
  for (const { source } of stacks.values()) {
    const first = convertStack('shop', readCompose(filledSource(source, '100.64.0.2')));
    expect(filled(source, '100.64.0.2')).toEqual(first);
  }
});
