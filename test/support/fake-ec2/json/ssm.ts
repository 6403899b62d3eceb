import type { Account } from '../account.ts';
import { type JsonAction, type JsonInput, JsonRefusal, requiredText } from './service.ts';

const TYPES = ['String', 'StringList', 'SecureString'];

const getParameter: JsonAction = (account, input) => {
  const name = requiredText(input, 'Name');
  const found = account.parameters.get(name);
  // SSM says no more than the code.
  if (found === undefined) throw new JsonRefusal('ParameterNotFound', '');
  const sealed = found.type === 'SecureString' && input.WithDecryption !== true;
  return {
    Parameter: {
      Name: name,
      Type: found.type,
      Value: sealed ? Buffer.from(`sealed ${name}`).toString('base64') : found.value,
      Version: found.version,
      LastModifiedDate: account.now() / 1000,
      ARN: `arn:aws:ssm:${account.region}:${ownerOf(account, name)}:parameter${name.startsWith('/') ? '' : '/'}${name}`,
      DataType: 'text',
    },
  };
};

const putParameter: JsonAction = (account, input) => {
  const name = requiredText(input, 'Name');
  const value = requiredText(input, 'Value');
  const before = account.parameters.get(name);
  if (before !== undefined && input.Overwrite !== true) {
    throw new JsonRefusal(
      'ParameterAlreadyExists',
      'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
    );
  }
  const version = (before?.version ?? 0) + 1;
  account.parameters.set(name, { value, type: typeOf(input, before?.type), version });
  return { Version: version, Tier: 'Standard' };
};

export const SSM_ACTIONS: Record<string, JsonAction> = {
  GetParameter: getParameter,
  PutParameter: putParameter,
};

function typeOf(input: JsonInput, before: string | undefined): string {
  const type = input.Type ?? before;
  if (typeof type !== 'string' || !TYPES.includes(type)) {
    throw new JsonRefusal('ValidationException', 'A parameter type is required when you create a parameter.');
  }
  return type;
}

function ownerOf(account: Account, name: string): string {
  return name.startsWith('/aws/') ? '' : account.id;
}
