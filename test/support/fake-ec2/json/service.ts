import type { Account } from '../account.ts';

/** A refusal of a service that speaks JSON 1.1. */
export class JsonRefusal extends Error {
  readonly code: string;
  readonly status: number;
  constructor(code: string, message: string, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

export type JsonInput = Record<string, unknown>;
export type JsonAction = (account: Account, input: JsonInput) => object;

/** @returns the text of a member that must be there. */
export function requiredText(input: JsonInput, name: string): string {
  const value = input[name];
  if (typeof value !== 'string' || value === '') {
    throw new JsonRefusal('ValidationException', `Member ${name} must be a text that is not empty`);
  }
  return value;
}
