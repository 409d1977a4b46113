/** One id from the edge to the journal: by it one search through all processes finds what became of a request. */
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { probe } from '#rooms/testing/probe.ts';
import { createLog } from '#server/telemetry/log.ts';
import { type Cluster, startCluster } from '#tests/integration/cluster/cluster.ts';
import type { Person } from '#tests/integration/process/parlor.ts';
import { openWorld, quiet } from '#tests/integration/rooms/harness.ts';

quiet();

type Line = { msg: string; by: 'edge' | 'member' } & Record<string, unknown>;

describe('through an edge and processes that follow commands', () => {
  let cluster: Cluster;
  let ada: Person;
  beforeAll(async () => {
    cluster = await startCluster(2, { LOG_LEVEL: 'debug' });
    ada = await cluster.register('Ada');
    await cluster.settled();
  });
  afterAll(() => cluster?.close());

  const linesOf = (output: string, by: Line['by']): Line[] =>
    output.split('\n').flatMap((line) => (line.startsWith('{') ? [{ ...JSON.parse(line), by }] : []));
  const lines = () => [
    ...linesOf(cluster.edge.output, 'edge'),
    ...cluster.rooms.flatMap(({ output }) => linesOf(output, 'member')),
  ];
  /** As `grep` does. */
  const found = (id: string) => lines().filter((line) => JSON.stringify(line).includes(id));
  const said = (id: string) => new Set(found(id).map(({ by, msg }) => `${by}: ${msg}`));

  /** A post by REST, and the id that its answer names. */
  async function post(id: string, text: string): Promise<{ status: number; id: string }> {
    const response = await fetch(`${ada.origin}/apis/parlor.dev/v1/messages`, {
      method: 'POST',
      headers: { authorization: `Bearer ${ada.token}`, 'content-type': 'application/json', 'x-request-id': id },
      body: JSON.stringify({ kind: 'Message', apiVersion: 'parlor.dev/v1', spec: { channel: 'lobby', text } }),
    });
    return { status: response.status, id: response.headers.get('x-request-id') ?? '' };
  }

  it('[O11] a REST post is found by its id: at the edge, in the serving process, in the room and its log', async () => {
    const id = 'trace-of-a-post-1';
    expect(await post(id, 'words of Ada, by REST')).toEqual({ status: 201, id });
    const whole = ['edge: served', 'member: request completed', 'member: audit', 'member: command received'].concat(
      'member: commands appended',
      'member: command acknowledged',
    );
    await vi.waitFor(() => expect([...said(id)].sort()).toEqual(whole.sort()), 10_000);
    const step = (msg: string) => found(id).find((line) => line.msg === msg);
    const appended = step('commands appended');
    expect(appended).toMatchObject({ room: 'channel-lobby', correlationId: [id] });
    expect(step('command acknowledged')?.seq).toBeGreaterThan(Number(appended?.after));
  });

  it('[O11] an unsafe id is replaced, and a refusal is found like an answer', async () => {
    const { id } = await post(`x ${ada.token.slice(0, 40)}`, 'words');
    expect(id).toMatch(/^[0-9a-f-]{36}$/);
    await vi.waitFor(() => expect(said(id)).toContain('member: command acknowledged'), 10_000);
    const refused = 'trace-of-a-refusal';
    expect((await post(refused, '\u200b')).status).toBe(422);
    await vi.waitFor(() => expect(said(refused)).toContain('member: command refused'), 10_000);
  });

  it("[O11] commands of a socket are found by the socket's id until it closes", async () => {
    const seat = await ada.open('probe-1');
    onTestFinished(() => void seat.leave(false));
    expect(await seat.submit('say', { text: 'words of Ada, by socket' })).toMatchObject({ ok: true });
    expect(await seat.submit('say', { words: 'none' })).toMatchObject({ ok: false, code: 'malformed' });
    const socket = () => lines().find(({ route, room }) => route === 'socket' && room === 'probe-1');
    await vi.waitFor(() => expect(socket()).toMatchObject({ by: 'edge', status: 101 }), 10_000);
    const id = String(socket()?.id);
    const whole = ['edge: served', 'member: command received', 'member: commands appended'].concat(
      'member: command acknowledged',
      'member: command refused',
    );
    // What a process wrote comes by a pipe, its answers by another way.
    await vi.waitFor(() => expect([...said(id)].sort()).toEqual(whole.sort()), 10_000);
    expect(found(id).find(({ msg }) => msg === 'command refused')).toMatchObject({
      refusal: 'malformed',
      type: 'say',
    });
    await seat.leave(false);
    await vi.waitFor(() => expect(said(id)).toContain('member: socket closed'), 10_000);
  });

  it('[O12] trace lines hold no message text, name or token', () => {
    const all = lines().map((line) => JSON.stringify(line));
    expect(all.some((line) => line.includes('command received'))).toBe(true);
    for (const secret of ['words', 'Ada', ada.token.slice(0, 40), 'eyJ', 'reconnectionToken'])
      expect(all.filter((line) => line.includes(secret))).toEqual([]);
  });
});

it('[O12] single commands are traced only at the level that asks for it', async () => {
  for (const [level, count] of [
    ['info', 0],
    ['debug', 3],
  ] as const) {
    const lines: string[] = [];
    const world = await openWorld({ log: createLog(level, { write: (line: string) => void lines.push(line) }) });
    await world.create(probe, 'p');
    const ann = await world.open('ann', 'p');
    expect(await ann.submit('say', { text: 'a' })).toMatchObject({ ok: true });
    expect(lines.filter((line) => /"commands? (received|appended|acknowledged)"/.test(line)).length, level).toBe(count);
    await world.close();
  }
});
