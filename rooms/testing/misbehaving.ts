/**
 * A game that does as it should until somebody arms it, and one machine for each of its functions and each way to
 * misbehave. The containment tests walk them: a function that is added to `Machine` is added here, or they fail.
 */
import { type SchemaType, t } from '@colyseus/schema';
import { z } from 'zod';
import { defineGame } from '#rooms/kernel/define-game.ts';
import type { AnyMachine } from '#rooms/kernel/machine.ts';
import { BOT_PLAYER, MatchState } from '#schema/states.ts';

const Fuse = MatchState.extend({ armed: t.boolean().default(false) }, 'Fuse');
type Fuse = SchemaType<typeof Fuse>;

const nothing = z.strictObject({});

const game = defineGame({
  name: 'fuse',
  source: import.meta.url,
  seats: { min: 2, max: 3 },
  State: Fuse,
  realtime: { rate: 20, step() {} },
  moves: {
    arm: {
      payload: nothing,
      apply(state) {
        state.armed = true;
      },
    },
    touch: { payload: nothing, apply() {} },
  },
  outcome: () => undefined,
  bot: () => undefined,
  view: () => [],
});

/** Anybody may come in at any time, so that `join` is reached. */
export const fuse = { ...game, admit: () => undefined } satisfies typeof game;

const cyclic: Record<string, unknown> = {};
cyclic.self = cyclic;

/** What a function may do instead of what it should. */
export const MISBEHAVIOURS = {
  throws: () => {
    throw new Error('planted');
  },
  'throws nothing': () => {
    throw undefined;
  },
  'answers a promise': () => Promise.reject(new Error('planted, and never looked at')),
  'answers NaN': () => Number.NaN,
  'answers a text': () => 'planted',
  'answers a cycle': () => cyclic,
  'answers a bigint': () => 10n,
  'answers a function': () => () => 0,
  'answers an endless list': () => ({ length: 2 ** 53, 0: 0 }),
  'answers megabytes': () => ({ type: 'x'.repeat(2e6), picture: 'x'.repeat(2e6), ending: 'x'.repeat(2e6) }),
} as const;
export type Misbehaviour = keyof typeof MISBEHAVIOURS;

/** Functions whose answer is used, and those of which none is expected. */
export const ANSWERING = [
  'lapseMs',
  'deadline',
  'ticks',
  'view',
  'outcome',
  'listing',
  'admit',
  'bot',
  'check',
] as const;
export const SILENT = ['step', 'wake', 'join', 'drop', 'return', 'leave', 'apply'] as const;
export type Hook = (typeof ANSWERING)[number] | (typeof SILENT)[number];

/** Not every answer is nonsense everywhere: that list is an object that can be listed. */
function harmless(hook: Hook, how: Misbehaviour): boolean {
  if (hook === 'listing' && how === 'answers an endless list') return true;
  return (SILENT as readonly Hook[]).includes(hook) && how.startsWith('answers') && how !== 'answers a promise';
}

export function planted(hook: Hook, how: Misbehaviour): AnyMachine {
  const name = `${hook}-${how.replaceAll(' ', '-')}`.toLowerCase();
  return { ...misbehaving(hook, MISBEHAVIOURS[how]), name };
}

/** `act` is done by `hook` in place of what it should, once the room is armed. */
export function misbehaving(hook: Hook, act: () => unknown): AnyMachine {
  const instead = (own: ((...given: never[]) => unknown) | undefined) =>
    function inPlace(...given: unknown[]): unknown {
      return (given[0] as Fuse).armed ? act() : own?.(...(given as never[]));
    };
  if (hook === 'check' || hook === 'apply') {
    const { touch } = fuse.commands;
    return { ...fuse, commands: { ...fuse.commands, touch: { ...touch, [hook]: instead(touch[hook]) } } };
  }
  return { ...fuse, [hook]: instead(fuse[hook] as never) };
}

/** Every planted machine, with what it is. */
export function* allPlanted(): Iterable<{ hook: Hook; how: Misbehaviour; machine: AnyMachine }> {
  for (const hook of [...ANSWERING, ...SILENT]) {
    for (const how of Object.keys(MISBEHAVIOURS) as Misbehaviour[]) {
      if (!harmless(hook, how)) yield { hook, how, machine: planted(hook, how) };
    }
  }
}

/** Functions of a machine that no room calls, or that run before there is one. */
export const BEFORE_THE_ROOM = ['State', 'secret', 'setup'];
export const BOT = BOT_PLAYER;
