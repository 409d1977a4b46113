/**
 * Calls between processes: a POST with JSON. Call and answer carry a proof of the shared key; an answer without a proof is
 * ignored. After a timeout it is unknown whether the call took effect.
 */
import { randomUUID } from 'node:crypto';
import express, { type Response, Router } from 'express';
import type { Log } from '#rooms/ports.ts';
import type { Member } from '#server/cluster/ports.ts';
import {
  AT,
  createJudge,
  NONCE,
  PROOF,
  proveAnswer,
  proveCall,
  type Refusal,
  same,
  TO,
} from '#server/cluster/proofs.ts';
import { onChange } from '#server/telemetry/on-change.ts';

export const PEERS_PATH = '/internal';
const MAX_BODY = 256 * 1024;
const MAX_ANSWER = 8 * 1024 * 1024;
const ANSWER_MS = 5_000;
/** Error codes (undici's and Node's) of a connection that was never made, so that nothing was sent. */
const UNSENT = new Set(['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'UND_ERR_CONNECT_TIMEOUT']);

// biome-ignore lint/suspicious/noExplicitAny: each call has its own
export type Calls = Record<string, (given: any) => Promise<unknown>>;

/** The other process was unreachable, or did not answer. */
export class PeerAway extends Error {
  override readonly name = 'PeerAway';
  /** True if the call certainly did not take effect. */
  readonly undone: boolean;

  constructor(message: string, undone: boolean, options?: ErrorOptions) {
    super(message, options);
    this.undone = undone;
  }
}

export type Peers<C extends Calls> = {
  call<N extends keyof C & string>(
    member: Member,
    name: N,
    given: Parameters<C[N]>[0],
    withinMs?: number,
  ): ReturnType<C[N]>;
};

/** `now`: the clock that all processes share. */
export type Shared = { key: Uint8Array; now(): number; log: Log };

export function createPeers<C extends Calls>({ key, now, log }: Shared): Peers<C> {
  const changed = onChange<'proven' | 'unproven'>('proven');
  return {
    async call(member, name, given, withinMs = ANSWER_MS) {
      const { id, address } = member;
      const body = Buffer.from(JSON.stringify(given));
      const [at, nonce] = [String(now()), randomUUID()];
      const proof = proveCall(key, { name, body }, { at, nonce, to: id });
      const headers = { 'content-type': 'application/json', [AT]: at, [NONCE]: nonce, [TO]: id, [PROOF]: proof };
      const signal = AbortSignal.timeout(withinMs);
      const url = `http://${address}${PEERS_PATH}/${name}`;
      const init = { method: 'POST', headers, body, signal, redirect: 'error' } as const;
      const asked = fetch(url, init).then(async (response) => ({ response, text: await textOf(response) }));
      const { response, text } = await asked.catch((error) => {
        const undone = UNSENT.has(error.cause?.code);
        throw new PeerAway(`${address} does not answer ${name}.`, undone, { cause: error });
      });
      const own = proveAnswer(key, nonce, response.status, text);
      const state = same(own, response.headers.get(PROOF) ?? '') ? 'proven' : 'unproven';
      if (changed(id, state)) {
        const fields = { member: id, address, call: name, status: response.status };
        if (state === 'proven') log.info(fields, 'peer answers verified again');
        else log.warn(fields, 'peer answer not verified; check that PARLOR_KEY is the same everywhere');
      }
      if (state === 'unproven')
        throw new PeerAway(`${address} answers ${name} with ${response.status} and without proof.`, false);
      if (!response.ok)
        throw new PeerAway(`${address} answers ${name} with ${response.status}.`, response.status < 500);
      return JSON.parse(text.toString()).answer;
    },
  } as Peers<C>;
}

/** @throws if it is larger than any answer of a process. */
async function textOf(response: globalThis.Response): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > MAX_ANSWER) throw new Error('the answer is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

export type Answering = Shared & {
  /** The id of this process: calls for another one are refused. */
  id: string;
  calls: Calls;
};

/** Answers the calls of other processes. Mount it before the filters for people. */
export function answerPeers({ key, now, id, calls, log }: Answering): Router {
  const { missing, judge } = createJudge(key, id, now);
  const changed = onChange<Refusal | 'proven'>('proven');
  const router = Router();
  const note = (from: string, state: Refusal | 'proven') => {
    // A process restarted at the same address receives calls for its old id for a moment.
    if (state === 'receiver' || !changed(from, state)) return;
    if (state === 'proven') log.info({ from }, 'peer calls verified again');
    else log.warn({ from, reason: state }, 'peer call refused');
  };

  router.post(`${PEERS_PATH}/:name`, (request, response, next) => {
    if (!missing(request.headers)) return next();
    note(request.socket.remoteAddress ?? '', 'missing');
    response.status(403).set('Connection', 'close').json({});
  });
  const whole = express.raw({ type: () => true, limit: MAX_BODY, inflate: false });
  router.post(`${PEERS_PATH}/:name`, whole, async (request, response) => {
    const { name } = request.params;
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const refused = judge({ name, body }, request.headers);
    note(request.socket.remoteAddress ?? '', refused ?? 'proven');
    // A caller with another key gets no proof.
    if (refused === 'key') {
      response.status(403).json({});
      return;
    }
    const say = (status: number, said: object) => answer(response, key, String(request.headers[NONCE]), status, said);
    if (refused) return say(403, { refused });
    const call = Object.hasOwn(calls, name) ? calls[name] : undefined;
    if (!call) return say(404, {});
    try {
      say(200, { answer: (await call(JSON.parse(body.toString()))) ?? null });
    } catch (error) {
      log.error({ call: name, reason: (error as Error).message }, 'peer call failed');
      say(500, {});
    }
  });
  return router;
}

function answer(response: Response, key: Uint8Array, nonce: string, status: number, said: object): void {
  const body = Buffer.from(JSON.stringify(said));
  response
    .status(status)
    .set(PROOF, proveAnswer(key, nonce, status, body))
    .type('json')
    .send(body);
}
