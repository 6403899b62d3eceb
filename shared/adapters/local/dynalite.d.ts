/** The parts of dynalite 4.0.0 behind its HTTP server; it ships no types. */
declare module 'dynalite/db/index.js' {
  type Callback = (error: unknown, value?: unknown) => void;
  export interface BatchWrite {
    type: 'put' | 'del';
    key: string;
    value?: unknown;
  }
  export interface Store {
    options: Record<string, unknown>;
    /** The LevelDB (or memory) database; every write of every action goes through these two. */
    db: {
      open(): Promise<void>;
      close(): Promise<void>;
      put(key: string, value: unknown, callback?: Callback): unknown;
      del(key: string, callback?: Callback): unknown;
      batch(writes: BatchWrite[], callback?: Callback): unknown;
    };
  }
  const dynalite: {
    create(options: {
      path?: string;
      createTableMs: number;
      deleteTableMs: number;
      updateTableMs: number;
    }): Store;
  };
  export default dynalite;
}

declare module 'dynalite/validations/index.js' {
  import type { Store } from 'dynalite/db/index.js';

  const validations: {
    checkTypes(data: unknown, types: unknown): unknown;
    checkValidations(data: unknown, types: unknown, custom: unknown, store: Store): void;
  };
  export default validations;
}
