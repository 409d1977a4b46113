import { glob, readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { channel } from '#rooms/chat/chat.ts';
import { questionAbout } from '#rooms/host/question.ts';
import { MACHINES } from '#rooms/registry.ts';
import { objectOf, roomOfChannel } from '#schema/rooms.ts';

const user = { player: 'p', roles: ['player'] };

it('[A6] a question about a room names the object as the API does: a channel by its name, a match by its room', () => {
  for (const name of ['lobby', 'm-Ab3_', 'channel-x', '-']) {
    expect(objectOf(roomOfChannel(name))).toBe(name);
    expect(questionAbout(roomOfChannel(name), user, channel.joinAccess)).toEqual({
      user,
      verb: 'create',
      resource: 'channels',
      subresource: 'members',
      name,
    });
  }
  for (const machine of MACHINES.filter(({ kind }) => kind === 'match'))
    expect(questionAbout('m-1', user, machine.joinAccess)).toMatchObject({ resource: 'matches', name: 'm-1' });
});

it('[A6] nothing of the host but that question asks about a room', async () => {
  const asking: string[] = [];
  for await (const file of glob('{rooms/host,server/rooms}/**/*.ts')) {
    if (file.endsWith('.test.ts')) continue;
    const text = await readFile(file, 'utf8');
    for (const [, given] of text.matchAll(/\bauthorize\(([^)]*)/g))
      if (!given?.startsWith('questionAbout(') && !given?.includes('LOBBY_ACCESS')) asking.push(`${file}: ${given}`);
  }
  expect(asking).toEqual([]);
});
