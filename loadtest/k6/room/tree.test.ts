import { Encoder, Reflection } from '@colyseus/schema';
import { describe, expect, it, vi } from 'vitest';
import { Mover, Note, Probe } from '#rooms/testing/probe-state.ts';
import { canonical } from './digest.ts';
import { Tree } from './tree.ts';

/** A room that moves, and the bytes that it would send. */
function room() {
  const state = new Probe();
  const encoder = new Encoder(state);
  const player = (name: string, x: number) => state.players.set(name, new Mover().assign({ x, y: 0, vx: 1, vy: 1 }));
  player('ada', 1);
  player('bob', 2);
  encoder.encode();
  encoder.discardChanges();
  return {
    state,
    player,
    reflection: Uint8Array.from(Reflection.encode(encoder)),
    full: () => Uint8Array.from(encoder.encodeAll()),
    patch() {
      const bytes = Uint8Array.from(encoder.encode());
      encoder.discardChanges();
      return bytes;
    },
  };
}

function welcome({ reflection, full }: ReturnType<typeof room>): Tree<Probe> {
  const tree = new Tree<Probe>();
  tree.begin(reflection);
  tree.full(full());
  return tree;
}

describe('a decoded state', () => {
  it("[W4] the decoded state equals the server's, patch by patch", () => {
    const there = room();
    const here = welcome(there);
    for (let seq = 1; seq <= 20; seq++) {
      there.state.seq = seq;
      (there.state.players.get('ada') as Mover).x = seq / 4;
      there.state.notes.set(String(seq), new Note().assign({ author: 'bob', text: 'ü', expiresAt: seq }));
      if (seq > 5) there.state.notes.delete(String(seq - 5));
      here.patch(there.patch());
      expect(canonical(here.state)).toBe(canonical(there.state));
    }
    expect(here.damaged).toBe(0);
  });

  it("[W4] a returning client's state lacks removed entities and equals that of a client that stayed", () => {
    const there = room();
    const [stayed, away] = [welcome(there), welcome(there)];
    there.state.players.delete('ada');
    there.player('cleo', 3);
    there.player('ada', 4);
    stayed.patch(there.patch());
    away.full(there.full());
    expect([canonical(away.state), canonical(stayed.state)]).toEqual([canonical(there.state), canonical(there.state)]);
  });

  it('[W4] a digest ignores the order of keys and respects the order of lists', () => {
    const of = (value: unknown) => canonical({ toJSON: () => value });
    expect(of({ a: { c: 1, b: [1, 2] } })).toBe(of({ a: { b: [1, 2], c: 1 } }));
    expect(of({ a: [1, 2] })).not.toBe(of({ a: [2, 1] }));
  });

  it('[W4] one missed patch changes the digest', () => {
    const there = room();
    const here = welcome(there);
    (there.state.players.get('bob') as Mover).x = 99;
    there.patch();
    there.state.seq++;
    here.patch(there.patch());
    expect(canonical(here.state)).not.toBe(canonical(there.state));
  });

  it('[W4] undecodable bytes are detected', () => {
    const there = room();
    const here = welcome(there);
    const print = [vi.spyOn(console, 'error'), vi.spyOn(console, 'warn')];
    for (const one of print) one.mockImplementation(() => {});
    there.player('cleo', 3);
    there.patch();
    (there.state.players.get('cleo') as Mover).x = 5;
    here.patch(there.patch());
    for (const one of print) one.mockRestore();
    expect(here.damaged).toBeGreaterThan(0);
  });
});
