/** One of a stream of server-sent events. */
export interface ServerEvent {
  event: string;
  data: string;
  /** What to go on from: `Last-Event-ID`, or `after`. */
  id?: string;
}

/** Takes a stream of text apart into its events; comments and `retry` are passed over. */
export async function* readServerEvents(text: AsyncIterable<string>): AsyncIterable<ServerEvent> {
  let rest = '';
  for await (const piece of text) {
    const blocks = (rest + piece.replaceAll('\r', '')).split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const event = readBlock(block);
      if (event !== undefined) yield event;
    }
  }
}

function readBlock(block: string): ServerEvent | undefined {
  const event: ServerEvent = { event: 'message', data: '' };
  const data: string[] = [];
  for (const line of block.split('\n')) {
    const [, name = '', value = ''] = /^([^:]*):? ?(.*)$/.exec(line) ?? [];
    if (name === 'data') data.push(value);
    else if (name === 'event') event.event = value;
    else if (name === 'id') event.id = value;
  }
  return data.length === 0 ? undefined : { ...event, data: data.join('\n') };
}
