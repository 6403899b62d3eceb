/** An OIDC issuer whose tokens count beside our own. */
export interface TokenIssuer {
  /** As in its tokens' `iss`: `https://login.example.org`. */
  readonly url: string;
  /** What its tokens must have in `aud`. */
  readonly audience: string;
  /** Its JSON Web Key Set as it was last read, as text; undefined before it was. May throw `store_unavailable`. */
  keys(): Promise<string | undefined>;
}
