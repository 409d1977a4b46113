/**
 * What processes ask of one another: a POST with JSON, and proof of the key that they share. What is asked names
 * a room or a player and is safe to repeat; an answer that does not come in time says nothing of what happened.
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import express, { Router } from 'express';
import type { Log } from '#rooms/ports.ts';
import type { Member } from '#server/cluster/ports.ts';

export const PEERS_PATH = '/internal';
const MAX_BODY = 256 * 1024;
const ANSWER_MS = 5_000;
/** Clocks of processes may differ by this much. */
const FRESH_MS = 30_000;

// biome-ignore lint/suspicious/noExplicitAny: each call has its own
export type Calls = Record<string, (given: any) => Promise<unknown>>;

/** The other process could not be asked, or did not answer. */
export class PeerAway extends Error {
  override readonly name = 'PeerAway';
}

export type Peers<C extends Calls> = {
  call<N extends keyof C & string>(
    member: Member,
    name: N,
    given: Parameters<C[N]>[0],
    withinMs?: number,
  ): ReturnType<C[N]>;
};

export function createPeers<C extends Calls>(key: Uint8Array): Peers<C> {
  return {
    async call(member, name, given, withinMs = ANSWER_MS) {
      const body = JSON.stringify(given);
      const headers = { 'content-type': 'application/json', ...proof(key, { to: member.id, name, body }) };
      const url = `http://${member.address}${PEERS_PATH}/${name}`;
      const signal = AbortSignal.timeout(withinMs);
      const response = await fetch(url, { method: 'POST', headers, body, signal, redirect: 'error' }).catch((cause) => {
        throw new PeerAway(`${member.address} does not answer ${name}.`, { cause });
      });
      if (!response.ok) throw new PeerAway(`${member.address} answers ${name} with ${response.status}.`);
      return ((await response.json()) as { answer: unknown }).answer;
    },
  } as Peers<C>;
}

export type Answering = {
  key: Uint8Array;
  /** The id of this process: what was meant for another one is not answered. */
  id: string;
  /** Asked late. */
  calls(): Calls;
  log: Log;
};

/** Answers what other processes ask. Mount it before any filter that is meant for people. */
export function answerPeers({ key, id, calls, log }: Answering): Router {
  const router = Router();
  router.post(`${PEERS_PATH}/:name`, express.text({ type: '*/*', limit: MAX_BODY }), async (request, response) => {
    const { name } = request.params;
    const body = typeof request.body === 'string' ? request.body : '';
    if (!isProven(key, { to: id, name, body }, request.headers)) {
      response.status(403).json({});
      return;
    }
    const known = calls();
    const call = Object.hasOwn(known, name) ? known[name] : undefined;
    if (!call) {
      response.status(404).json({});
      return;
    }
    try {
      response.json({ answer: (await call(JSON.parse(body))) ?? null });
    } catch (error) {
      log.error({ call: name, reason: (error as Error).message }, 'what another process asked failed');
      response.status(500).json({});
    }
  });
  return router;
}

const AT = 'x-parlor-at';
const PROOF = 'x-parlor-proof';

type Asked = { to: string; name: string; body: string };

function proof(key: Uint8Array, { to, name, body }: Asked, at = String(Date.now())): Record<string, string> {
  const digest = createHash('sha256').update(body).digest('base64url');
  const said = JSON.stringify([at, to, name, digest]);
  return { [AT]: at, [PROOF]: createHmac('sha256', key).update(said).digest('base64url') };
}

function isProven(key: Uint8Array, asked: Asked, headers: NodeJS.Dict<string | string[]>): boolean {
  const at = String(headers[AT] ?? '');
  if (!/^\d{1,16}$/.test(at) || Math.abs(Date.now() - Number(at)) > FRESH_MS) return false;
  const [own, given] = [proof(key, asked, at)[PROOF] ?? '', String(headers[PROOF] ?? '')];
  return own.length === given.length && timingSafeEqual(Buffer.from(own), Buffer.from(given));
}
