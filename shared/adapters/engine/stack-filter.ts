const STACK_LABEL = 'com.docker.stack.namespace';

/** The query that narrows a list to a stack, a service or a node; nothing where none is named. */
export function labelled({ stack, service, node }: { stack?: string; service?: string; node?: string }) {
  const filters = {
    ...(stack === undefined ? {} : { label: [`${STACK_LABEL}=${stack}`] }),
    ...(service === undefined ? {} : { service: [service] }),
    ...(node === undefined ? {} : { node: [node] }),
  };
  return Object.keys(filters).length === 0 ? {} : { filters };
}
