/** Every machine of this server. To add a game, add a folder and a line here. */
import { channel } from '#rooms/chat/chat.ts';
import { connectFour } from '#rooms/games/connect-four/game.ts';
import type { AnyMachine } from '#rooms/kernel/machine.ts';

export const MACHINES: readonly AnyMachine[] = [channel, connectFour];

export function machineNamed(name: string): AnyMachine | undefined {
  return MACHINES.find((machine) => machine.name === name);
}
