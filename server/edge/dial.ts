/** Opens a socket at a member. */
import { type IncomingMessage, request as send } from 'node:http';
import type { Socket } from 'node:net';
import type { Member } from '#server/cluster/ports.ts';
import type { RawHeaders } from '#server/edge/headers.ts';

/** Connection timeout, ms; members are on the same network. */
export const CONNECT_MS = 1_000;

/** `open`: upgraded. `answer`: the member answered otherwise. `away`: it was unreachable, or the request was cancelled. */
export type Dialled =
  | { kind: 'open'; answer: IncomingMessage; socket: Socket; head: Buffer }
  | { kind: 'answer'; answer: IncomingMessage }
  | { kind: 'away' };

/** Host and port of a member's address, which may be `[::1]:2567`. */
export function hostAndPort({ address }: Pick<Member, 'address'>): { host: string; port: number } {
  const colon = address.lastIndexOf(':');
  return { host: address.slice(0, colon).replace(/^\[|\]$/g, ''), port: Number(address.slice(colon + 1)) };
}

export function dial(member: Member, path: string, headers: RawHeaders, signal: AbortSignal): Promise<Dialled> {
  if (signal.aborted) return Promise.resolve({ kind: 'away' });
  const upgrade = ['Connection', 'Upgrade', 'Upgrade', 'websocket'];
  const request = send({ ...hostAndPort(member), path, headers: [...headers, ...upgrade], agent: false });
  return new Promise((resolve) => {
    const drop = () => request.destroy();
    const connecting = setTimeout(drop, CONNECT_MS);
    const settle = (dialled: Dialled) => {
      clearTimeout(connecting);
      signal.removeEventListener('abort', drop);
      resolve(dialled);
    };
    signal.addEventListener('abort', drop);
    request.on('socket', (socket) => socket.once('connect', () => clearTimeout(connecting)));
    request.on('upgrade', (answer, socket, head) => settle({ kind: 'open', answer, socket: socket as Socket, head }));
    request.on('response', (answer) => settle({ kind: 'answer', answer }));
    request.on('error', () => settle({ kind: 'away' }));
    request.on('close', () => settle({ kind: 'away' }));
    request.end();
  });
}
