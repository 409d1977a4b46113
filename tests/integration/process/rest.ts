/** Requests to the API as they are, and what came of them. */
import { request } from 'node:http';
import type { Person } from './parlor.ts';

// biome-ignore lint/suspicious/noExplicitAny: each answer has its own shape
export type Told = { code: number; reason?: string | undefined; body: any };

export async function ask(
  who: Person,
  method: string,
  path: string,
  body?: object,
  type = 'application/json',
): Promise<Told> {
  const response = await fetch(`${who.origin}/apis/parlor.dev/v1/${path}`, {
    method,
    headers: { authorization: `Bearer ${who.token}`, ...(body && { 'content-type': type }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  const answered = await response.json();
  return { code: response.status, reason: answered.details?.causes?.[0]?.reason, body: answered };
}

/** As the path is written: fetch would mend it first. Answers the status. */
export function raw({ origin, token }: Person, method: string, path: string): Promise<number> {
  const { host, port } = new URL(origin);
  return new Promise((resolve, reject) => {
    const headers = { host, authorization: `Bearer ${token}` };
    const asked = request({ port, method, path, headers }, (answer) => {
      answer.resume().on('end', () => resolve(answer.statusCode ?? 0));
    });
    asked.on('error', reject).end();
  });
}

/** What no name holds, as it may stand in an address. */
export const ODD_WORDS = [
  '%00',
  'a%00b',
  '%',
  '%zz',
  '%C0%80',
  '%ED%A0%80',
  '%FF',
  '..%2f..%2fetc',
  '%2e%2e',
  'a%0d%0ab',
  '%1b%5b0m',
];
ODD_WORDS.push('%F0%9F%98%80', '99999999999999999999', '-1', 'x'.repeat(3000), "'%20OR%201=1--", '%5B%5D', '__proto__');
