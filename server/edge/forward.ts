/** Forwards one request to one member, and its answer back, both as streams. */
import { type IncomingMessage, request as send } from 'node:http';
import type { Request, Response } from 'express';
import { failure } from '#schema/status.ts';
import type { Member } from '#server/cluster/ports.ts';
import type { MemberAgent } from '#server/edge/agent.ts';
import { CONNECT_MS, hostAndPort } from '#server/edge/dial.ts';
import { answerFraming, hasBody, mayBeMisread, requestFraming } from '#server/edge/framing.ts';
import { towardsClient, towardsMember } from '#server/edge/headers.ts';

/** Time from the complete request to the first byte of its answer, ms. */
const ANSWER_MS = 30_000;

export type Forwarding = {
  agent: MemberAgent;
  /** Largest body in bytes. Members have tighter limits of their own. */
  maxBody: number;
  /** The browser's Host, as reported by trusted proxies. */
  forwardedHost(request: IncomingMessage): string | undefined;
};

export type Forward = {
  request: Request;
  response: Response;
  member: Member;
  /** The trusted client address. */
  address: string;
  /** The body, if it was read already and may be sent again. */
  body?: Buffer | undefined;
  /** True if the request may reach a member twice: it reads, or is idempotent. */
  again: boolean;
  /** Cancels a stale request. */
  signal: AbortSignal;
};

/**
 * `unsent`: another member may be tried, since nothing was sent, or the request is safe to repeat.
 * `stale`: the same member may be tried again on a new connection.
 */
export type Forwarded = 'answered' | 'unsent' | 'stale';

export function forward(
  { agent, maxBody, forwardedHost }: Forwarding,
  request_: Forward,
  fresh = false,
): Promise<Forwarded> {
  const { request, response, member, body, signal } = request_;
  const { method, originalUrl: path } = request;
  const streamed = body === undefined && hasBody(request);
  const headers = [
    ...towardsMember(request, request_.address, forwardedHost(request)),
    ...requestFraming(request, body),
  ];
  const asked = send({ ...hostAndPort(member), method, path, headers, agent: fresh ? false : agent });

  return new Promise((resolve) => {
    let begun = false;
    const drop = () => {
      asked.destroy();
    };
    let timer = setTimeout(drop, CONNECT_MS);
    const settle = (forwarded: Forwarded) => {
      clearTimeout(timer);
      response.off('close', drop);
      signal.removeEventListener('abort', drop);
      resolve(forwarded);
    };
    const fail = (code: number, sentence: string) => {
      drop();
      if (response.headersSent) response.destroy();
      else response.status(code).set('Connection', 'close').json(failure(code, sentence));
      settle('answered');
    };
    const patience = () => {
      clearTimeout(timer);
      timer = setTimeout(fail, ANSWER_MS, 504, 'The server took too long to answer.');
    };
    const begin = () => {
      begun = true;
      patience();
      if (!streamed) {
        asked.end(body);
        return;
      }
      let size = 0;
      request.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (response.headersSent) return;
        if (size > maxBody) fail(413, 'The body is too large.');
        else patience();
      });
      request.once('close', () => request.complete || drop());
      request.pipe(asked);
    };
    response.on('close', drop);
    signal.addEventListener('abort', drop);
    if (signal.aborted) drop();
    asked.on('socket', (socket) => {
      if (socket.connecting) socket.once('connect', begin);
      else begin();
    });
    asked.on('response', (answer) => {
      if (!isSound(answer)) return fail(502, 'The server gave an answer that is not well formed.');
      if (mayBeMisread(request, answer)) agent.retire(answer.socket);
      settle('answered');
      handBack(answer, response);
    });
    asked.on('upgrade', () => fail(502, 'The server gave an answer that is not well formed.'));
    asked.on('error', () => {
      if (response.headersSent || response.destroyed) return settle('answered');
      if (!begun || (request_.again && signal.aborted)) return settle('unsent');
      // A kept-alive connection may be closed at the moment of its reuse.
      if (request_.again && asked.reusedSocket) return settle('stale');
      fail(502, 'The server went away in the middle of it.');
    });
  });
}

function handBack(answer: IncomingMessage, response: Response): void {
  response.writeHead(answer.statusCode ?? 502, [...towardsClient(answer), ...answerFraming(answer)]);
  response.on('close', () => answer.destroy());
  // An aborted answer must not look like a complete one.
  answer.on('error', () => response.destroy());
  answer.pipe(response);
}

/** True if Node can send the same status line. */
function isSound({ statusCode = 0, headers }: IncomingMessage): boolean {
  return statusCode >= 200 && statusCode < 600 && /^\d{1,15}$/.test(headers['content-length'] ?? '0');
}
