import { mkdtemp, rm } from 'node:fs/promises';
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createSecureServer, type ServerOptions } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

/** One request as the engine got it. */
interface Heard {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: IncomingMessage['headers'];
  body: string;
}

/** Answers a request; anything at all, since a host is hostile ground. */
export type Answer = (response: ServerResponse, heard: Heard) => void | Promise<void>;

/** A server that stands for a Docker Engine on a real socket, answers as told, and remembers what it heard. */
export interface ScriptedEngine {
  socketPath: string;
  port: number;
  heard: Heard[];
  /** Connections ever opened. */
  connections(): number;
  /** Cuts every open connection, as an engine that was killed does. */
  cut(): void;
  close(): Promise<void>;
}

/** @param tls listens by TCP on loopback with these instead of on a unix socket. */
export async function openScriptedEngine(answer: Answer, tls?: ServerOptions): Promise<ScriptedEngine> {
  const folder = await mkdtemp(join(tmpdir(), 'scripted-engine-'));
  const socketPath = join(folder, 'docker.sock');
  const heard: Heard[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  const listener: RequestListener = async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://engine');
    const one = {
      method: request.method ?? '',
      path: url.pathname,
      query: url.searchParams,
      headers: request.headers,
      body: await text(request),
    };
    heard.push(one);
    await answer(response, one);
  };
  const server: Server = tls === undefined ? createServer(listener) : createSecureServer(tls, listener);
  server.on(tls === undefined ? 'connection' : 'secureConnection', (socket: Socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => {
    if (tls === undefined) server.listen(socketPath, resolve);
    else server.listen(0, '127.0.0.1', resolve);
  });
  return {
    socketPath,
    port: tls === undefined ? 0 : (server.address() as AddressInfo).port,
    heard,
    connections: () => connections,
    cut: () => {
      for (const socket of sockets) socket.destroy();
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export function json(response: ServerResponse, value: unknown, status = 200): void {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(value));
}
