import { expect, it } from 'vitest';
import type { Member } from '#server/cluster/ports.ts';
import { highest, idler } from '#server/cluster/rendezvous.ts';

const member = (id: string, rooms = 0, clients = 0, lagMs = 0): Member => ({
  id,
  role: 'all',
  address: '',
  draining: false,
  load: { rooms, clients, lagMs },
});
const keys = Array.from({ length: 300 }, (_, i) => `room-${i}`);

it("[P6] keys spread evenly in any order of members, and only a departed member's keys move", () => {
  const all = ['a', 'b', 'c', 'd'].map((id) => member(id));
  const before = keys.map((key) => highest(key, all)?.id);
  expect(keys.map((key) => highest(key, all.toReversed())?.id)).toEqual(before);
  for (const { id } of all) expect(before.filter((one) => one === id).length).toBeGreaterThan(40);
  const after = keys.map((key) => highest(key, all.slice(1))?.id);
  for (const [i, id] of before.entries()) if (id !== 'a') expect(after[i]).toBe(id);
  expect(highest('room', [])).toBeUndefined();
});

it('[P16] a new room goes to the less loaded of two processes', () => {
  const [busy, idle] = [member('busy', 50, 200), member('idle', 1, 1)];
  for (const random of [() => 0, () => 0.99]) expect(idler([busy, idle], random)?.id).toBe('idle');
  expect(idler([member('late', 0, 0, 400), busy], () => 0)?.id).toBe('busy');
  const many = [busy, idle, member('other', 2, 2)];
  const chosen = new Set(Array.from({ length: 100 }, () => idler(many)?.id));
  expect(chosen).toEqual(new Set(['idle', 'other']));
  expect(idler([])).toBeUndefined();
  expect(idler([busy])).toBe(busy);
});
