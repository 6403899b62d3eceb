import { expect, test } from 'vitest';
import { composeOnly } from '../../../shared/lab/stack-source.ts';
import { fillAddress } from '../../../shared/stack/fill-address.ts';

const base64 = (text: string | Buffer) => Buffer.from(text).toString('base64');

test('the address comes into the Compose file and the text files, wherever its place is', () => {
  const source = {
    compose: 'url: http://{{address}}:3080 {{address}} {{.Node.ID}}',
    files: { 'a.yml': base64('at: {{address}}\nname: ação'), 'b.yml': base64('{{ address }}') },
    variables: { A: '{{address}}' },
  };
  expect(fillAddress(source, '100.64.0.2')).toEqual({
    compose: 'url: http://100.64.0.2:3080 100.64.0.2 {{.Node.ID}}',
    files: { 'a.yml': base64('at: 100.64.0.2\nname: ação'), 'b.yml': base64('{{ address }}') },
    variables: { A: '{{address}}' },
  });
});

test('a file that is no text stays as it is, byte for byte', () => {
  const withNul = base64(Buffer.from('\0{{address}}'));
  const notUtf8 = base64(Buffer.concat([Buffer.from([0xff]), Buffer.from('{{address}}')]));
  const source = { ...composeOnly(''), files: { 'a.bin': withNul, 'b.bin': notUtf8 } };
  expect(fillAddress(source, '100.64.0.2')).toEqual(source);
});

test('what an address holds is put in as it is', () => {
  expect(fillAddress(composeOnly('{{address}}'), "$&$'").compose).toBe("$&$'");
});
