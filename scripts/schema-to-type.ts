/** The part of JSON Schema that zod writes. */
export interface Schema {
  $ref?: string;
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  items?: Schema | false;
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: Schema | boolean;
  description?: string;
}

/** What a caller gives may hold `undefined` where it may be left out; what is answered does not. */
type Direction = 'input' | 'answer';

/** A JSON Schema as a TypeScript type. */
export function typeOf(schema: Schema, direction: Direction = 'answer'): string {
  const inner = (one: Schema) => typeOf(one, direction);
  if (schema.$ref !== undefined) return schema.$ref.replace('#/components/schemas/', '');
  // Names that each deployment chooses: of a catalogue that is empty here.
  if (schema.enum !== undefined)
    return schema.enum.length === 0
      ? 'string'
      : schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  const any = schema.anyOf ?? schema.oneOf;
  if (any !== undefined) return union(any.map(inner));
  if (schema.allOf !== undefined) return schema.allOf.map((one) => `(${inner(one)})`).join(' & ');
  if (Array.isArray(schema.type)) return union(schema.type.map((type) => inner({ ...schema, type })));
  switch (schema.type) {
    case 'string':
    case 'boolean':
    case 'null':
      return schema.type;
    case 'number':
    case 'integer':
      return 'number';
    case 'array':
      return `(${inner(schema.items || {})})[]`;
    case 'object':
      return typeOfObject(schema, direction);
    default:
      return 'unknown';
  }
}

/** A line of its own, before what it is about. */
export function commentOf(description: string | undefined): string {
  return description === undefined ? '' : `\n/** ${description.replaceAll('*/', '* /')} */\n`;
}

function typeOfObject(schema: Schema, direction: Direction): string {
  const { properties = {}, required = [], additionalProperties } = schema;
  const optional = direction === 'input' ? '?: undefined |' : '?:';
  const members = Object.entries(properties).map(([name, member]) => {
    const key = /^\w+$/.test(name) ? name : JSON.stringify(name);
    return `${commentOf(member.description)}${key}${required.includes(name) ? ':' : optional} ${typeOf(member, direction)}`;
  });
  const open = additionalProperties === false ? undefined : additionalProperties;
  if (members.length > 0 && open === undefined) return `{ ${members.join(';\n')} }`;
  const values = open === true || open === undefined ? 'unknown' : typeOf(open, direction);
  if (members.length === 0) return `Record<string, ${values}>`;
  return `{ ${members.join(';\n')} } & Record<string, ${values}>`;
}

function union(types: string[]): string {
  return [...new Set(types)].map((type) => (type.includes('&') ? `(${type})` : type)).join(' | ');
}
