/** EC2's XML as values: a list is always written as `<item>` elements; what is undefined is left out. */
export type Xml = string | number | boolean | Date | undefined | Xml[] | XmlFields;
export interface XmlFields {
  [name: string]: Xml;
}

const NAMESPACE = 'http://ec2.amazonaws.com/doc/2016-11-15/';
const HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n';

export function writeAnswer(action: string, requestId: string, fields: XmlFields): string {
  const body = elements({ requestId, ...fields });
  return `${HEAD}<${action}Response xmlns="${NAMESPACE}">${body}</${action}Response>`;
}

export function writeError(requestId: string, code: string, message: string): string {
  const error = elements({ Code: code, Message: message });
  return `${HEAD}<Response><Errors><Error>${error}</Error></Errors><RequestID>${requestId}</RequestID></Response>`;
}

function elements(fields: XmlFields): string {
  let text = '';
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined) text += `<${name}>${content(value)}</${name}>`;
  }
  return text;
}

function content(value: Exclude<Xml, undefined>): string {
  if (typeof value === 'string') return escaped(value);
  if (typeof value !== 'object') return String(value);
  if (value instanceof Date) return value.toISOString();
  if (!Array.isArray(value)) return elements(value);
  return value
    .filter((item) => item !== undefined)
    .map((item) => `<item>${content(item)}</item>`)
    .join('');
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function escaped(text: string): string {
  // A bare carriage return would be read back as a line feed.
  return text.replace(/[&<>"\r]/g, (character) => ENTITIES[character] ?? '&#xD;');
}
