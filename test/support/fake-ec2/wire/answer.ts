/** What goes back over the wire; `cut` ends the connection without an answer. */
export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** A request whose action is known: how it is carried out and how its answers are written. */
export interface Work {
  /** Throws the service's own refusals. @returns the body of the answer. */
  carryOut(): string;
  /** An error in the service's format. */
  refuse(code: string, message: string, status: number): Answer;
  contentType: string;
}
