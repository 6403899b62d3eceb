import type { Account } from './account.ts';
import type { Form } from './wire/form.ts';
import type { XmlFields } from './wire/xml.ts';

/**
 * An action of the API: reads its parameters, changes nothing, and gives what carries it out. So a parameter nobody
 * reads, and a DryRun, are refused between the two.
 */
export type Action = (form: Form) => (account: Account) => XmlFields;
