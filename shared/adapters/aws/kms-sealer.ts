import { DecryptCommand, EncryptCommand, type KMSClient } from '@aws-sdk/client-kms';
import { SlipwayError } from '../../core/errors.ts';
import type { Sealer, SecretPurpose } from '../../ports/store.ts';

/** What KMS encrypts directly under a symmetric key: 4,096 bytes. https://docs.aws.amazon.com/kms/latest/APIReference/API_Encrypt.html */
const MOST_BYTES = 4095;
/** In front of each: KMS refuses an empty text, and another way of sealing would have another. */
const VERSION = Buffer.of(1);

type SealContext = { scope: string; purpose: SecretPurpose };

/** Seals by KMS itself, which never shows its key; what was sealed for one deployment, lab or purpose opens for no other. */
export class KmsSealer implements Sealer {
  readonly #kms: KMSClient;
  readonly #keyId: string;
  readonly #deployment: string;

  /** @param options.keyId ARN of the deployment's key. */
  constructor(kms: KMSClient, options: { keyId: string; deployment: string }) {
    this.#kms = kms;
    this.#keyId = options.keyId;
    this.#deployment = options.deployment;
  }

  async seal(plain: string, context: SealContext): Promise<string> {
    const Plaintext = Buffer.from(plain, 'utf8');
    if (Plaintext.length > MOST_BYTES) {
      throw new SlipwayError(
        'too_large',
        `a secret has ${Plaintext.length} bytes, and KMS takes ${MOST_BYTES}`,
      );
    }
    const command = new EncryptCommand({
      KeyId: this.#keyId,
      Plaintext: Buffer.concat([VERSION, Plaintext]),
      EncryptionContext: this.#boundTo(context),
    });
    const { CiphertextBlob } = await told(this.#kms.send(command));
    return Buffer.from(CiphertextBlob ?? []).toString('base64url');
  }

  async open(sealed: string, context: SealContext): Promise<string> {
    const command = new DecryptCommand({
      KeyId: this.#keyId,
      CiphertextBlob: Buffer.from(sealed, 'base64url'),
      EncryptionContext: this.#boundTo(context),
    });
    const { Plaintext } = await told(this.#kms.send(command));
    return Buffer.from(Plaintext ?? [])
      .subarray(VERSION.length)
      .toString('utf8');
  }

  #boundTo({ scope, purpose }: SealContext): Record<string, string> {
    return { deployment: this.#deployment, scope, purpose };
  }
}

/** KMS's words never hold what was to be sealed; whether they may be asked again is told apart here. */
async function told<Answer>(answer: Promise<Answer>): Promise<Answer> {
  try {
    return await answer;
  } catch (error) {
    const { name = 'Error', $metadata } = error as { name?: string; $metadata?: { httpStatusCode?: number } };
    const refused = ($metadata?.httpStatusCode ?? 500) < 500 && !/Throttl|LimitExceeded/.test(name);
    throw new SlipwayError(
      refused ? 'internal' : 'store_unavailable',
      refused ? `KMS refuses: ${name}` : `KMS does not answer: ${name}; ask again in a moment`,
      { cause: error },
    );
  }
}
