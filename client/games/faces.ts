import { connectFour } from '#client/games/connect-four/face.ts';
import type { Face } from './face.ts';

/** The games that have a face, by the name of their machine. To add one, add a folder and a line here. */
const FACES: Readonly<Record<string, Face>> = {
  'connect-four': connectFour,
};

export const faceOf = (game: string): Face | undefined => (Object.hasOwn(FACES, game) ? FACES[game] : undefined);
