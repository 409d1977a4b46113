import { connectFour } from '#client/games/connect-four/face.ts';
import { answerTo, type RefusalCode } from '#schema/refusals.ts';
import type { Face } from './face.ts';

/** The games that have a face, by the name of their machine. To add one, add a folder and a line here. */
const FACES: Readonly<Record<string, Face>> = {
  'connect-four': connectFour,
};

/** The sentence for a code, also for one of a game's own. */
export function sentenceOf(code: RefusalCode): string {
  const [game = '', word = ''] = code.split('/');
  return faceOf(game)?.refusals[word] ?? answerTo(code).sentence;
}

export const faceOf = (game: string): Face | undefined => (Object.hasOwn(FACES, game) ? FACES[game] : undefined);
