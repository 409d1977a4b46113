import { picture } from '#client/games/connect-four/picture.ts';
import { texts } from '#client/texts.ts';
import type { Face } from './face.ts';

/** The games that have a face, by name; written by hand. */
const FACES: Readonly<Record<string, Face>> = {
  'connect-four': {
    title: texts.match.title,
    picture,
    load: () => import('#client/games/connect-four/connect-four-board.ts'),
    tag: 'connect-four-board',
    colours: texts.match.colours,
  },
};

export const faceOf = (game: string): Face | undefined => FACES[game];
