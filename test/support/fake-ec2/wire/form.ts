import { Ec2Refusal } from './refusal.ts';

interface Node {
  /** As it stands in the request: `Filter.1.Name`. */
  path: string;
  value: string | undefined;
  read: boolean;
  children: Map<string, Node>;
}

/**
 * Parameters of an EC2 Query request (`Filter.1.Value.2=x`) as a tree. It knows what was asked of it, so that a
 * parameter nobody reads is refused, as EC2 does, and not passed over.
 */
export class Form {
  readonly #node: Node;

  private constructor(node: Node) {
    this.#node = node;
  }

  static parse(entries: Iterable<[string, string]>): Form {
    const root: Node = { path: '', value: undefined, read: false, children: new Map() };
    for (const [name, value] of entries) {
      let node = root;
      for (const part of name.split('.')) {
        const path = node === root ? part : `${node.path}.${part}`;
        const child = node.children.get(part) ?? {
          path,
          value: undefined,
          read: false,
          children: new Map(),
        };
        node.children.set(part, child);
        node = child;
      }
      node.value = value;
    }
    return new Form(root);
  }

  text(name: string): string | undefined {
    const node = this.#node.children.get(name);
    if (node === undefined) return undefined;
    node.read = true;
    return node.value;
  }

  required(name: string): string {
    const value = this.text(name);
    if (value === undefined || value === '') throw missing(this.#path(name));
    return value;
  }

  integer(name: string): number | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    if (!/^-?\d{1,15}$/.test(value)) throw this.#invalid(name, value, 'an integer');
    return Number(value);
  }

  boolean(name: string): boolean | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    if (value !== 'true' && value !== 'false') throw this.#invalid(name, value, 'true or false');
    return value === 'true';
  }

  /** One of the words, or undefined where the parameter is absent. */
  oneOf<const Word extends string>(name: string, words: readonly Word[]): Word | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    const word = words.find((one) => one === value);
    if (word === undefined) throw this.#invalid(name, value, `one of ${words.join(', ')}`);
    return word;
  }

  /** `InstanceId.1`, `InstanceId.2` … in their order. */
  list(name: string): string[] {
    return this.#items(name).map((node) => {
      node.read = true;
      return node.value ?? '';
    });
  }

  requiredList(name: string): string[] {
    const values = this.list(name);
    if (values.length === 0) throw missing(`${this.#path(name)}s`);
    return values;
  }

  part(name: string): Form | undefined {
    const node = this.#node.children.get(name);
    return node && new Form(node);
  }

  parts(name: string): Form[] {
    return this.#items(name).map((node) => new Form(node));
  }

  /** Names, as they stand in the request, that were not asked for. */
  unread(): string[] {
    const names: string[] = [];
    const visit = (node: Node) => {
      if (node.value !== undefined && !node.read) names.push(node.path);
      for (const child of node.children.values()) visit(child);
    };
    visit(this.#node);
    return names;
  }

  #items(name: string): Node[] {
    const node = this.#node.children.get(name);
    if (node === undefined) return [];
    return [...node.children]
      .filter(([index]) => /^\d+$/.test(index))
      .sort(([one], [other]) => Number(one) - Number(other))
      .map(([, item]) => item);
  }

  #path(name: string): string {
    return this.#node.path === '' ? name : `${this.#node.path}.${name}`;
  }

  #invalid(name: string, value: string, wanted: string): Ec2Refusal {
    return new Ec2Refusal(
      'InvalidParameterValue',
      `Invalid value '${value}' for ${this.#path(name)}. It must be ${wanted}.`,
    );
  }
}

function missing(name: string): Ec2Refusal {
  return new Ec2Refusal('MissingParameter', `The request must contain the parameter ${name}`);
}
