import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { UsageError } from '../../../cli/errors.ts';
import { fillTemplate, readTemplate } from '../../../cli/format-template.ts';

const value = { Name: 'm1', Driver: { IPAddress: '10.0.0.1', Ports: [22, 80] }, On: true, Nothing: null };
const filled = (text: string) => fillTemplate(readTemplate(text), value);

describe('a format', () => {
  test.each([
    ['{{.Name}}', 'm1'],
    ['{{ .Name }} {{.Driver.IPAddress}}', 'm1 10.0.0.1'],
    ['{{json .Driver}}', '{"IPAddress":"10.0.0.1","Ports":[22,80]}'],
    ['{{json .}}', JSON.stringify(value)],
    ['{{.Driver.Ports}}', '[22 80]'],
    ['{{.Driver}}', 'map[IPAddress:10.0.0.1 Ports:[22 80]]'],
    ['{{.On}}{{.Nothing}}', 'true<no value>'],
    ['a\\tb\\n', 'a\tb\n'],
    ['{ }', '{ }'],
    ['', ''],
  ])('%j gives %j', (text, out) => {
    expect(filled(text)).toBe(out);
  });

  test.each([
    ...['{{', '}}', '{{}}', '{{Name}}', '{{.Name', '{{.Name}', '{{- .Name}}', '{{.Name -}}', '{{/* x */}}'],
    ...[
      '{{range .}}{{end}}',
      '{{.Name | json}}',
      '{{json}}',
      '{{prettyjson .}}',
      '{{index . "Name"}}',
      '{{.a.}}',
    ],
    ...['{{.Other}}', '{{.Name.length}}', '{{.constructor}}', '{{.Driver.toString}}', '{{.__proto__}}'],
  ])('%j is refused with what can be used', (text) => {
    expect(() => filled(text)).toThrow(UsageError);
    expect(() => filled(text)).toThrow('--format');
  });

  test('of any fields gives them back, whatever stands between', () => {
    const name = fc.stringMatching(/^[A-Za-z_]\w{0,8}$/);
    const between = fc.string().filter((text) => !/[{}\\]/.test(text));
    fc.assert(
      fc.property(fc.dictionary(name, fc.string(), { minKeys: 1 }), fc.array(between), (fields, texts) => {
        const names = Object.keys(fields);
        const pieces = texts.map((text, index) => [text, names[index % names.length] ?? ''] as const);
        const template = pieces.map(([text, one]) => `${text}{{.${one}}}`).join('');
        const expected = pieces.map(([text, one]) => `${text}${fields[one]}`).join('');
        expect(fillTemplate(readTemplate(template), fields)).toBe(expected);
      }),
    );
  });

  test('of any text at all is filled or refused, and never runs anything', () => {
    const piece = fc.constantFrom('{{', '}}', '.', 'Name', ' ', 'json ', '{', '}', '\\t', '|', '(', '"', '-');
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string())), (pieces) => {
        try {
          expect(typeof filled(pieces.join(''))).toBe('string');
        } catch (error) {
          expect(error).toBeInstanceOf(UsageError);
        }
      }),
    );
  });
});
