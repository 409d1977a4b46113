/**
 * The state of a client's connection. Node parses pipelined requests before the first is answered,
 * so "Connection: close" in an answer alone does not keep what follows an odd request from being served.
 */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

export type Connections = {
  /** Passes on each request, except those behind the last one of their connection. */
  serve(next: RequestListener): RequestListener;
  /** Stops reading behind this request. */
  last(request: IncomingMessage): void;
  /** True while a request of this connection is unanswered, or if it is not read any more. */
  isBusy(socket: Socket): boolean;
};

export function watchConnections(): Connections {
  const over = new WeakSet<Socket>();
  const unanswered = new WeakMap<Socket, number>();
  const count = (socket: Socket, change: number) => unanswered.set(socket, (unanswered.get(socket) ?? 0) + change);
  return {
    last: ({ socket }) => {
      over.add(socket);
    },
    isBusy: (socket) => over.has(socket) || (unanswered.get(socket) ?? 0) > 0,
    serve: (next) => (request: IncomingMessage, response: ServerResponse) => {
      const { socket } = request;
      if (over.has(socket)) return;
      count(socket, 1);
      response.once('close', () => count(socket, -1));
      if (!response.shouldKeepAlive) over.add(socket);
      next(request, response as never);
    },
  };
}
