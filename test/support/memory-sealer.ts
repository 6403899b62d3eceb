import type { Sealer, SecretPurpose } from '../../shared/ports/store.ts';

/** Hides nothing from a reader of tests, but keeps the contract: another context opens nothing. */
export class MemorySealer implements Sealer {
  async seal(plain: string, context: { scope: string; purpose: SecretPurpose }): Promise<string> {
    return `sealed for ${context.scope}/${context.purpose}:${Buffer.from(plain).toString('base64')}`;
  }

  async open(sealed: string, { scope, purpose }: { scope: string; purpose: SecretPurpose }): Promise<string> {
    const [label, text = ''] = sealed.split(':');
    if (label !== `sealed for ${scope}/${purpose}`) throw new Error('this was sealed for another context');
    return Buffer.from(text, 'base64').toString();
  }
}
